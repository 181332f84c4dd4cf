import { withBenchRoom } from '../../environment/benchRoom';
import { named, type HarnessOptions } from '../../report/options';
import type { Sabotage } from '../sabotage';
import { busChaos } from './busChaos';
import { isCleanBus, type BusResult } from './busResult';
import { buses } from './buses';
import { disturbances } from './disturbances';

const KILLS = 120;

/** Each bus after the other, in a room of its own. */
export async function allBuses(options: HarnessOptions) {
  for (const name of options.faults ?? []) {
    named([...disturbances, { name: 'restore' }], name);
  }
  const chosen = options.bus ? [named(buses, options.bus)] : buses;
  const results: Record<string, BusResult> = {};
  for (const bus of chosen) {
    console.log(`${bus.name}, ${bus.replicas} replicas`);
    results[bus.name] = await withBenchRoom(
      {
        ...{ ...options, database: bus.database },
        smallDisk: options.faults?.includes('diskFull') ?? !options.quick,
      },
      room =>
        busChaos(room, bus, {
          kills: options.kills ?? (options.quick ? bus.quickKills : KILLS),
          sabotage: options.sabotage as Sabotage | undefined,
          only: options.faults,
        }),
    );
  }
  return {
    report: { name: 'bus', buses: results },
    clean: Object.values(results).every(isCleanBus),
  };
}
