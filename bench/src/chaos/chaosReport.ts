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
  recoverySeconds: { p50: number; max: number };
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
  const { lost, duplicated, outOfOrder, requests } = report;
  return (
    lost + duplicated + outOfOrder + report.problems === 0 &&
    report.fsck === 'clean' &&
    report.chain === 'intact' &&
    ['same', 'nobody applies it'].includes(report.applied) &&
    (!requests || requests.repeated === requests.explained) &&
    report.recoverySeconds.max < 10
  );
}

export function recoverySeconds(
  seconds: number[],
): ChaosReport['recoverySeconds'] {
  const rounded = (value: number) => Number(value.toFixed(2));
  return {
    p50: rounded(percentile(seconds, 50)),
    max: rounded(Math.max(...seconds)),
  };
}
