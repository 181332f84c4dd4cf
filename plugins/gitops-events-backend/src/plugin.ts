import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { gitopsEventsExtensionPoint } from '@gitops-events/plugin-gitops-events-node';
import { readConfig } from './config';
import { IngressLimits } from './pipeline/ingressLimits';
import { endInTurn } from './endAll';
import { Extensions } from './extensions';
import { auditRefusedEvents } from './http/audit';
import { publishEventsRouter } from './http/publishEvents';
import { mount } from './http/mount';
import { createRouter } from './http/router';
import { webhooksRouter } from './http/webhooks';
import { startNotifyLoop } from './notify/notifyLoop';
import { createAuthorizeEntity } from './permissions/authorizeEntity';
import { createAuthorizer } from './permissions/authorizer';
import { createOwnersOf } from './permissions/ownersOf';
import { createReviewHandles } from './permissions/reviewHandles';
import { Acceptor } from './pipeline/accept';
import { followConfig } from './liveConfig';
import { createService } from './service';
import { EventSources, openSources } from './sources/pull/EventSources';
import { readDepths } from './store/readDepths';
import { startTicks } from './timeline/tick';

/**
 * Event-driven GitOps for Backstage.
 *
 * @public
 */
export const gitopsEventsPlugin = createBackendPlugin({
  pluginId: 'gitops-events',
  register(env) {
    const extensions = new Extensions();
    env.registerExtensionPoint(gitopsEventsExtensionPoint, extensions);
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        signals: signalsServiceRef,
        urlReader: coreServices.urlReader,
      },
      async init(deps) {
        const { auditor, auth, catalog, logger } = deps;
        const config = readConfig(deps.config);
        const configured = openSources(
          config.sources,
          extensions.sources,
          logger,
        );
        const service = await createService({
          config,
          database: deps.database,
          urlReader: deps.urlReader,
          extensions,
          logger,
          ownersOf: createOwnersOf({ catalog, auth }),
          reviewHandles: createReviewHandles({ catalog, auth, logger }),
        });
        const { bus, transport, engine, nudges, rehearsals } = service;
        const { knex } = service.database;
        const authorizer = createAuthorizer({ ...deps, knex });

        const acceptor = new Acceptor({
          bus,
          ingresses: config.ingresses,
          limits: config.limits,
          authorizeEntity: createAuthorizeEntity({
            catalog,
            auth,
            authorizer,
            logger,
          }),
          ingressLimits: new IngressLimits({
            ingresses: config.ingresses,
            undecided: service.undecided,
            undecidedBy: service.undecidedBy,
          }),
          depthsOf: uids => readDepths(knex, uids),
        });
        const sources = new EventSources({
          ...{ acceptor, knex, nudges, logger },
          ...{ sandbox: service.sandbox, limits: config.limits },
          sources: configured,
          credentials: () => auth.getOwnServiceCredentials(),
        });
        mount(
          deps.httpRouter,
          createRouter({
            knex,
            bus,
            transport,
            authorizer,
            auditor,
            logger,
            sources,
            decisions: { ...engine.decisions, ...sources.decisions },
            unreadableLocations: () => service.unreadable.list(),
            standstills: () => service.standstills(),
            rehearsals,
            config,
            actions: [...engine.actions.values()],
            publishEvents: publishEventsRouter({
              acceptor,
              authenticate: request => authorizer.authenticate(request),
              limits: config.limits,
              // Read at each answer: a broker says it once it was asked.
              get durability() {
                return bus.durability ?? 'relaxed';
              },
              auditRefusal: (request, error) =>
                auditRefusedEvents(auditor, request, error),
              logger,
            }),
            receiveWebhook: webhooksRouter({
              knex,
              webhooks: extensions.webhooks,
              locations: config.sensors.locations,
              nudges,
              maxBytes: config.limits.requestBytes,
              logger,
            }),
          }),
        );

        let ends: Array<() => unknown> = [];
        deps.lifecycle.addStartupHook(async () => {
          await service.start();
          sources.start();
          const notify = startNotifyLoop({
            knex,
            notifications: deps.notifications,
            logger,
          });
          ends = [
            followConfig({
              root: deps.config,
              config,
              logger,
              changed: () => service.lookAgain(),
            }),
            startTicks({ nudges, signals: deps.signals, logger }),
            () => notify.stop(),
          ];
        });
        deps.lifecycle.addShutdownHook(() =>
          endInTurn([() => sources.stop(), ...ends, () => service.stop()]),
        );
      },
    });
  },
});
