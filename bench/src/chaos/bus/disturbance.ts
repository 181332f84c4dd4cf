import type { BenchRoom } from '../../environment/benchRoom';
import type { ChaosRun } from '../killAll';
import type { ChaosBroker, ChaosBus } from './chaosBus';
import type { TcpProxy } from './tcpProxy';

/** What a disturbance can get hold of. */
export interface Site {
  room: BenchRoom;
  bus: ChaosBus;
  broker: ChaosBroker | undefined;
  /** From each replica to PostgreSQL; none on SQLite. */
  lines: TcpProxy[];
  run: ChaosRun;
}

/** Something other than a kill that is done to a running installation: one file, one line in `disturbances`. */
export interface Disturbance {
  name: string;
  /** Buses that `--quick` does it to. */
  quick: ReadonlyArray<ChaosBus['name']>;
  /** Undefined where it can be done, else why not. */
  cannot(site: Site): Promise<string | undefined>;
  /** Does it and mends it; how often it was done, by kind. */
  disturb(site: Site): Promise<Record<string, number>>;
}
