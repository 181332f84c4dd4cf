import { EmbeddedBus } from '@gitops-events/plugin-gitops-events-backend/src/bus/embeddedBus';
import { Nudges } from '@gitops-events/plugin-gitops-events-backend/src/nudges';
import { Acceptor } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/accept';
import type { Database } from '@gitops-events/plugin-gitops-events-backend/src/store/database';
import { sampleIngress } from './sampleEvent';

/** The first hop alone: grants, limits, identity and the embedded bus. */
export function acceptInProcess(database: Database): Acceptor {
  return new Acceptor({
    bus: new EmbeddedBus({
      database,
      ingresses: [sampleIngress],
      nudges: new Nudges(),
    }),
    ingresses: [sampleIngress],
    limits: { eventBytes: 262_144 },
    authorizeEntity: async () => ({}),
    depthsOf: async () => new Map(),
  });
}
