import { Extensions } from '@gitops-events/plugin-gitops-events-backend/src/extensions';
import { Acceptor } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/accept';
import {
  createService,
  type Service,
} from '@gitops-events/plugin-gitops-events-backend/src/service';
import { readDepths } from '@gitops-events/plugin-gitops-events-backend/src/store/readDepths';
import type {
  Action,
  ChangeHost,
  EventBroker,
} from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { quietLogger } from './quietLogger';
import { spineConfig } from './spineConfig';

const refuse = async () => {
  throw new Error('Nothing is read from a URL here.');
};
const noUrls = { readUrl: refuse, readTree: refuse };

/** The whole chain as the plugin starts it, without HTTP, catalog and notifications. */
export interface Spine {
  service: Service;
  acceptor: Acceptor;
}

export async function startSpine(options: {
  knex: Knex;
  folder: string;
  actions?: Array<Action<any>>;
  /** As modules bring them. */
  hosts?: ChangeHost[];
  /** What the sensors may change. */
  repository?: string;
  /** Stands before the log; that it may lose what it acknowledged is accepted. */
  broker?: EventBroker;
  /** Of each ingress. Default 1. */
  partitions?: number;
  /** How often the heads of the chain are anchored, in milliseconds. */
  anchorMs?: number;
}): Promise<Spine> {
  const { knex, folder, actions = [], hosts = [], broker } = options;
  const config = spineConfig(folder, options);
  const extensions = new Extensions();
  if (broker) extensions.addBus(broker);
  for (const host of hosts) extensions.addChangeHost(host);
  for (const action of actions) extensions.addAction(action);
  const service = await createService({
    config,
    database: { getClient: async () => knex },
    urlReader: noUrls,
    extensions,
    logger: quietLogger,
    ownersOf: async () => new Map(),
  });
  const acceptor = new Acceptor({
    bus: service.bus,
    ingresses: config.ingresses,
    limits: config.limits,
    authorizeEntity: async () => ({}),
    depthsOf: uids => readDepths(service.database.knex, uids),
  });
  await service.start();
  return { service, acceptor };
}
