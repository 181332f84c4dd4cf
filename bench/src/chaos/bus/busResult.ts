import { isClean, type ChaosReport } from '../chaosReport';
import type { RestoreResult } from './restore';

/** What one bus went through, and what became of what its sender was promised. */
export type BusResult = Omit<ChaosReport, 'name' | 'host'> & {
  replicas: number;
  /** Which broker stood before the log, and how durable it was. */
  broker?: string;
  /** What could not be done here, and why. */
  leftOut: Record<string, string>;
  /** Of the runs: no fault is a reason for one to fail. */
  ends: Record<string, number>;
  /** Done when all that comes before it was counted. */
  restore?: RestoreResult;
};

/** Whether nothing happened that must never. */
export function isCleanBus({ restore, ...result }: BusResult): boolean {
  const { notTakenOver = 0, notGoneOn = 0 } = result.faults;
  if (notTakenOver + notGoneOn > 0) return false;
  if (result.ends.failed) return false;
  if (!isRefusedWithoutQuorum(result.faults)) return false;
  return isClean(result) && (!restore || isCleanRestore(restore, result));
}

/** What Git has got since the copy stays, and nothing is done a second time. */
function isCleanRestore(
  restored: RestoreResult,
  { broker, faults }: Pick<BusResult, 'broker' | 'faults'>,
): boolean {
  const { startsStopped, writtenWhileStopped, doubled, setBack } = restored;
  const { gone, asked } = restored;
  return (
    startsStopped &&
    writtenWhileStopped + doubled + setBack === 0 &&
    (!broker || gone === 0) &&
    // Only what piles up meanwhile makes a commit of more runs than it names.
    (asked === 0 || (faults.diskFull ?? 0) > 0)
  );
}

/** Without enough of its servers a broker stores nothing, and whoever sends is told when to come again. */
function isRefusedWithoutQuorum({
  quorum = 0,
  quorumAccepted = 0,
  quorumRefused = 0,
  quorumUnexplained = 0,
}: Record<string, number>): boolean {
  return (
    quorum === 0 ||
    (quorumAccepted + quorumUnexplained === 0 && quorumRefused > 0)
  );
}
