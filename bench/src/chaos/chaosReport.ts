import { percentile } from '../measure/statistics';

/** What a chaos run found. */
export interface ChaosReport {
  name: string;
  host: string;
  database: string;
  accepted: number;
  lost: number;
  duplicated: number;
  outOfOrder: number;
  faults: Record<string, number>;
  /**
   * Requests that make or change something, as they came to the forge: how many
   * were the same as one before, and how many of those a kill or an answer that did
   * not come explains.
   */
  requests?: { writes: number; repeated: number; explained: number };
  /** Named points that this host never passes, so that nobody waits for a kill there. */
  notPlanned: string[];
  /** Deaths after which all went on again; one that is missing was not got over. */
  recoveries: number;
  /** Null where there was none. */
  recoverySeconds: { p50: number | null; max: number | null };
  /** `clean`, or what `git fsck --strict` said. */
  fsck: string;
  /** `intact`, or where the chain of digests breaks. */
  chain: string;
  /** `same` as the merged commit, or how the applied folder differs. */
  applied: string;
  /** Things said to the forge that its published description does not know. */
  problems: number;
}

/** Whether a report shows nothing that must never happen. */
export function isClean(report: Omit<ChaosReport, 'name' | 'host'>): boolean {
  const { lost, duplicated, outOfOrder, requests, recoverySeconds } = report;
  return (
    lost + duplicated + outOfOrder + report.problems === 0 &&
    report.fsck === 'clean' &&
    report.chain === 'intact' &&
    ['same', 'nobody applies it'].includes(report.applied) &&
    (!requests || requests.repeated === requests.explained) &&
    report.recoveries === (report.faults.kill ?? 0) &&
    (recoverySeconds.max ?? 0) < 10
  );
}

/** @param seconds - of each death after which all went on again */
export function recovered(
  seconds: number[],
): Pick<ChaosReport, 'recoveries' | 'recoverySeconds'> {
  const at = (percent: number) =>
    seconds.length > 0 ? Number(percentile(seconds, percent).toFixed(2)) : null;
  return {
    recoveries: seconds.length,
    recoverySeconds: { p50: at(50), max: at(100) },
  };
}
