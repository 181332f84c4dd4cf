import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import type { MemorySource } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { silentLogger } from '../../../__testUtils__/testLogger';
import { EmbeddedBus } from '../../../bus/embeddedBus';
import { Nudges } from '../../../nudges';
import { Acceptor } from '../../../pipeline/accept';
import { IngressLimits } from '../../../pipeline/ingressLimits';
import { readIngresses } from '../../../readIngresses';
import { Sandbox } from '../../../sandbox';
import type { Database } from '../../../store/database';
import { EventSources, openSources } from '../EventSources';
import { readSources } from '../readSources';

export const cloud = { kind: 'memory', ingress: 'orders', start: 'earliest' };
export const mapped = {
  ...cloud,
  map: { type: '"orders." + value.kind', source: '"/orders"' },
};

/** Sources on a database behind the real door, with one ingress `orders`, as a replica has them. */
export function sourceReplica(options: {
  database: Database;
  outside: MemorySource;
  /** Of the source `orders`. */
  source?: object;
  /** Of the ingress `orders`, beside or instead of the usual. */
  ingress?: object;
  /** How many events wait to be decided. */
  undecided?: () => Promise<number>;
  leaseMs?: number;
}) {
  const { database, outside, undecided = async () => 0 } = options;
  const { source = cloud } = options;
  const ingress = {
    ...{ principals: [], sources: ['/orders*'], types: ['orders.*'] },
    ...options.ingress,
  };
  const other = { principals: [], sources: ['/other'], types: ['*'] };
  const gitopsEvents = {
    ingresses: { orders: ingress, other },
    sources: { orders: source },
  };
  const config = mockServices
    .rootConfig({ data: { gitopsEvents } })
    .getConfig('gitopsEvents');
  const ingresses = readIngresses(config);
  const logger = silentLogger();
  const nudges = new Nudges();
  const sandbox = new Sandbox({ expressionMs: 2_000, expressionHeapMb: 128 });
  const bus = new EmbeddedBus({ database, ingresses, nudges });
  const sources = new EventSources({
    ...{ knex: database.knex, nudges, logger, sandbox },
    limits: { requestBytes: 10_000 },
    leaseMs: options.leaseMs ?? 1_000,
    credentials: async () => mockCredentials.service('plugin:gitops-events'),
    sources: openSources(readSources(config, ingresses), [outside], logger),
    acceptor: new Acceptor({
      bus,
      ingresses,
      limits: { eventBytes: 1_000 },
      authorizeEntity: async () => ({ ownerRef: 'group:default/shop' }),
      ingressLimits: new IngressLimits({
        ...{ ingresses, undecided },
        undecidedBy: async () => new Map(),
      }),
      depthsOf: async () => new Map(),
    }),
  });
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await sources.stop();
    await sandbox.stop();
  };
  return {
    sources,
    nudges,
    /** A second call does nothing. */
    stop: () => (stopping ??= stop()),
  };
}
