import type { BenchRoom } from '../environment/benchRoom';
import type { BenchRow } from '../report/benchRow';

/** A benchmark: measures us and our peers in one run. */
export interface Bench {
  name: string;
  /** What it tells, in one line. */
  about: string;
  run(room: BenchRoom): Promise<BenchRow[]>;
}
