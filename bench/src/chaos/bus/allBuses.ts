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

/** A peer that could not be counted, and why; what was found out of the others is told all the same. */
interface PeerFailure {
  name: string;
  failed: string;
}

/** What they lose is theirs: it makes no run of ours unclean. */
async function allPeers({
  quick,
  kills = quick ? 4 : PEER_KILLS,
}: HarnessOptions): Promise<Array<PeerResult | PeerFailure>> {
  const results: Array<PeerResult | PeerFailure> = [];
  for (const peer of peers) {
    console.log(`${peer.name}: ${peer.promises}`);
    const result = await withBenchRoom(
      { quick, database: 'postgres', host: undefined },
      room => peerChaos(room, peer, kills),
    ).catch(({ message }: Error) => ({ name: peer.name, failed: message }));
    results.push(result);
    console.log(`${peer.name}: ${told(result)}`);
  }
  return results;
}

function told(result: PeerResult | PeerFailure): string {
  if ('failed' in result) return `not counted: ${result.failed}`;
  const { accepted, lost, doubled, late, faults } = result;
  return `${faults.kill} kills, ${accepted} accepted, ${lost} lost, ${doubled} doubled, ${late} late`;
}
