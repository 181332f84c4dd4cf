import { withBenchRoom } from '../../environment/benchRoom';
import { named, type HarnessOptions } from '../../report/options';
import { peers } from '../peers/peer';
import { peerChaos, type PeerResult } from '../peers/peerChaos';
import type { Sabotage } from '../sabotage';
import { busChaos } from './busChaos';
import { isCleanBus, type BusResult } from './busResult';
import { buses } from './buses';
import { disturbances } from './disturbances';

const KILLS = 120;
const PEER_KILLS = 20;

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
  const beside = options.peers ? await allPeers(options) : undefined;
  return {
    report: { name: 'bus', buses: results, beside },
    clean: Object.values(results).every(isCleanBus),
  };
}

/** What they lose is theirs: it makes no run of ours unclean. */
async function allPeers({
  quick,
  kills = quick ? 4 : PEER_KILLS,
}: HarnessOptions): Promise<PeerResult[]> {
  const results: PeerResult[] = [];
  for (const peer of peers) {
    console.log(`${peer.name}: ${peer.promises}`);
    const result = await withBenchRoom(
      { quick, database: 'postgres', host: undefined },
      room => peerChaos(room, peer, kills),
    );
    results.push(result);
    const { accepted, lost, doubled, late } = result;
    console.log(
      `${peer.name}: ${accepted} accepted, ${lost} lost, ${doubled} doubled, ${late} late`,
    );
  }
  return results;
}
