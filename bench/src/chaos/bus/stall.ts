import { CLAIM_MS } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/claimClock';
import { pause } from '../killAll';
import type { Disturbance } from './disturbance';

/** Whatever it had claimed is another's by then, however soon the others go on. */
const STALL_MS = CLAIM_MS + 7_000;
/** So long may it take until they decide in every partition. */
const TAKEN_OVER_MS = 10_000;

/** A replica stands still in whatever it does, and goes on with it when its claims are over. */
export const stall: Disturbance = {
  name: 'stall',
  quick: [],
  cannot: async () => undefined,
  async disturb({ bus, run, room }) {
    let notTakenOver = 0;
    const times = room.quick ? bus.replicas : 3 * bus.replicas;
    for (let n = 0; n < times; n++) {
      const slot = n % bus.replicas;
      run.fleet.signal(slot, 'SIGSTOP');
      const longEnough = pause(STALL_MS);
      const goOn = run.recovery.everyPartition().then(() => true);
      const tooLate = pause(TAKEN_OVER_MS).then(() => false);
      if (bus.replicas > 1 && !(await Promise.race([goOn, tooLate]))) {
        notTakenOver += 1;
        room.log('! while a replica stands still, nobody does its work:');
        await run.tellActivity();
      }
      await longEnough;
      run.fleet.signal(slot, 'SIGCONT');
      await pause(Math.random() * 1_000);
    }
    return { stall: times, ...(notTakenOver && { notTakenOver }) };
  },
};
