// A replica is a process of its own so that it can be killed. It loads its code at once and starts when it is told
// where, so that a successor stands ready.
import { crashAt } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import type {
  ReplicaDoor,
  ReplicaOrder,
  ReplicaStart,
} from './replicaMessages';

/** @param start - starts all there is of it, and says where it takes events */
export function whenTold(
  start: (how: ReplicaStart) => Promise<ReplicaDoor>,
  liftStops: () => Promise<void> = async () => {},
): void {
  process.on('message', (order: ReplicaOrder) => {
    if (order.crashAt) crashAt(order.crashAt.at, order.crashAt.nth);
    // Several are told, and one of them is first.
    if (order.liftStops) liftStops().catch(console.error);
    if (order.tellTime) process.send!({ time: Date.now() });
    if (!order.start) return;
    start(order.start).then(
      door => process.send!({ door }),
      error => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.once('disconnect', () => process.exit());
}
