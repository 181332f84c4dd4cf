import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
  type AuditorService,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  RESOURCE_TYPE_OWNED,
  routes,
  type RouteName,
  maskSecrets,
} from '@gitops-events/plugin-gitops-events-common';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import { builtInActions } from '@gitops-events/plugin-gitops-events-sensors';
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import request from 'supertest';
import { testConfig } from '../../__testUtils__/testEngine';
import { hostBases } from '../../change/hostBases';
import { Rehearsals } from '../../rehearse/Rehearsals';
import { createAuthorizer } from '../../permissions/authorizer';
import {
  headers,
  TestPermissions,
  type Role,
} from '../../permissions/__testUtils__/people';
import { Nudges } from '../../nudges';
import { idOf } from '../../timeline/__testUtils__/seed';
import type { SourceRoom } from '../../sources/pull/EventSources';
import type { Decisions } from '../decisions';
import { mount } from '../mount';
import { createRouter } from '../router';
import { webhooksRouter } from '../webhooks';
import { StillBus, stillSources, StillTransport } from './still';

/** Remembers what was decided; throws what a test tells it to. */
export class RecordedDecisions implements Decisions {
  readonly calls: Array<{ what: keyof Decisions; decision: unknown }> = [];
  refusal: Error | undefined;

  approveChange = this.record('approveChange');
  mergeChange = this.record('mergeChange');
  closeChange = this.record('closeChange');
  cancelRun = this.record('cancelRun');
  releaseRun = this.record('releaseRun');
  discardRun = this.record('discardRun');
  commentRun = this.record('commentRun');
  pauseSensor = this.record('pauseSensor');
  resumeSensor = this.record('resumeSensor');
  resetBreaker = this.record('resetBreaker');
  pauseReplay = this.record('pauseReplay');
  resumeReplay = this.record('resumeReplay');
  cancelReplay = this.record('cancelReplay');
  liftStop = this.record('liftStop');
  letIntakeGoOn = this.record('letIntakeGoOn');
  letIntakeGo = this.record('letIntakeGo');
  letSourceGoOn = this.record('letSourceGoOn');
  retryRefusedMessage = this.record('retryRefusedMessage');
  discardRefusedMessage = this.record('discardRefusedMessage');
  stateRootCause = this.record('stateRootCause');

  /** What a test put there stands for the new one. */
  async createReplay(asked: unknown) {
    this.calls.push({ what: 'createReplay', decision: asked });
    return idOf('replay one');
  }

  async previewRevert(runId: string) {
    return {
      ...{ runId, title: 'Promote', digest: 'd'.repeat(64) },
      cancels: false,
      changes: [],
      held: [],
    };
  }

  /** What a test put there stands for the new one. */
  async revertRun(asked: unknown) {
    this.calls.push({ what: 'revertRun', decision: asked });
    if (this.refusal) throw this.refusal;
    return idOf('run one');
  }

  /** What a test put there stands for the new one. */
  async setStop(asked: unknown) {
    this.calls.push({ what: 'setStop', decision: asked });
    if (this.refusal) throw this.refusal;
    return idOf('stop one');
  }

  private record(what: keyof Decisions) {
    return async (decision: unknown) => {
      this.calls.push({ what, decision });
      if (this.refusal) throw this.refusal;
    };
  }
}

export interface AuditRecord {
  eventId: string;
  meta: unknown;
  end: 'success' | 'fail';
}

class RecordedAudit implements AuditorService {
  constructor(private readonly records: AuditRecord[]) {}

  async createEvent({ eventId, meta }: { eventId: string; meta?: unknown }) {
    const end = (how: AuditRecord['end']) => async () => {
      this.records.push({ eventId, meta, end: how });
    };
    return { success: end('success'), fail: end('fail') };
  }
}

const accept: RequestHandler = (_, response) => {
  response.status(202).json({ events: [], durability: 'disk' });
};

/** The router in a real backend on `knex`, with the framework's own permission registry. */
export async function startApi(
  knex: Knex,
  hosts: ChangeHost[] = [],
  config = testConfig,
  sources: SourceRoom = stillSources,
) {
  const decisions = new RecordedDecisions();
  const audit: AuditRecord[] = [];
  const bus = new StillBus();
  const transport = new StillTransport();
  const rehearsals = new Rehearsals({
    config,
    actions: builtInActions,
    bases: () => hostBases(hosts),
    logger: mockServices.logger.mock(),
    view: { mask: maskSecrets as <T>(value: T) => T, fileLength: 65_536 },
    deadlineMs: 20_000,
    mayWait: 5,
  });
  const plugin = createBackendPlugin({
    pluginId: 'gitops-events',
    register(env) {
      env.registerInit({
        deps: {
          httpRouter: coreServices.httpRouter,
          httpAuth: coreServices.httpAuth,
          logger: coreServices.logger,
          permissions: coreServices.permissions,
          permissionsRegistry: coreServices.permissionsRegistry,
        },
        async init({ httpRouter, logger, ...auth }) {
          mount(
            httpRouter,
            createRouter({
              knex,
              bus,
              logger,
              decisions,
              unreadableLocations: () => [],
              standstills: () => [],
              transport,
              sources,
              rehearsals,
              config,
              actions: builtInActions,
              auditor: new RecordedAudit(audit),
              authorizer: createAuthorizer({ ...auth, knex }),
              publishEvents: accept,
              receiveWebhook: webhooksRouter({
                ...{ knex, logger, webhooks: [], locations: [] },
                nudges: new Nudges(),
                maxBytes: 1_000,
              }),
            }),
          );
        },
      });
    },
  });
  const backend = await startTestBackend({
    features: [
      plugin,
      mockServices.httpAuth.factory(),
      createServiceFactory({
        service: coreServices.permissions,
        deps: {},
        factory: () => new TestPermissions(),
      }),
    ],
  });

  const call = (
    role: Role,
    name: RouteName,
    input: {
      params?: Record<string, string>;
      query?: Record<string, string | number | undefined>;
      body?: object;
    } = {},
  ) => {
    const { method, path } = routes[name];
    const url = `/api/gitops-events${path.replace(
      /:(\w+)/g,
      (_, part: string) => encodeURIComponent(input.params?.[part] ?? ''),
    )}`;
    const agent = request(backend.server);
    const asked = method === 'GET' ? agent.get(url) : agent.post(url);
    return asked
      .set('authorization', headers[role])
      .query(input.query ?? {})
      .send(input.body);
  };

  const get = (path: string) =>
    request(backend.server)
      .get(`/api/gitops-events${path}`)
      .set('authorization', headers.platform);

  /** Calls as a platform engineer and checks that the answer is as the route declares it. */
  const read = async (
    name: RouteName,
    input: Parameters<typeof call>[2] & { as?: Role } = {},
  ) => {
    const response = await call(input.as ?? 'platform', name, input);
    if (response.status !== 200) {
      throw new Error(`${name}: ${response.status} ${response.text}`);
    }
    // A field that the route does not declare is dropped by the schema, and so fails this.
    expect(response.body).toEqual(routes[name].response.parse(response.body));
    return response.body;
  };

  /** What the permission backend asks when a page wants to know whether a button would work. */
  const applyConditions = (resourceRefs: string[], claims: string[]) =>
    request(backend.server)
      .post(
        '/api/gitops-events/.well-known/backstage/permissions/apply-conditions',
      )
      .set('authorization', headers.service)
      .send({
        items: resourceRefs.map(resourceRef => ({
          id: resourceRef,
          resourceRef,
          resourceType: RESOURCE_TYPE_OWNED,
          conditions: {
            rule: 'IS_OWNER',
            resourceType: RESOURCE_TYPE_OWNED,
            params: { claims },
          },
        })),
      });

  return {
    applyConditions,
    call,
    get,
    read,
    decisions,
    audit,
    bus,
    transport,
    async stop() {
      await backend.stop();
      await rehearsals.stop();
    },
  };
}
