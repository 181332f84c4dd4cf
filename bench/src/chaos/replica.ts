// A replica is a process of its own so that it can be killed. It loads its code at once and starts when it is told
// where, so that a successor stands ready.
import type { ReplicaDoor, ReplicaStart } from './replicaMessages';

/** @param start - starts all there is of it, and says where it takes events */
export function whenTold(
  start: (how: ReplicaStart) => Promise<ReplicaDoor>,
): void {
  process.once('message', message => {
    start(message as ReplicaStart).then(
      door => process.send!({ door }),
      error => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.once('disconnect', () => process.exit());
}
