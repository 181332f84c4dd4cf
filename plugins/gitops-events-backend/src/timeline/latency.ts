import type { Overview } from '@gitops-events/plugin-gitops-events-common';

/** When one applied run passed each hop. Milliseconds since the epoch. */
export interface AppliedSample {
  acceptedAt: number;
  firedAt: number;
  /** When the content of its change was fixed; without a change there is none. */
  sealedAt?: number;
  mergedAt?: number;
  appliedAt: number;
  /** Milliseconds of it that went by until a person approved. */
  waitedMs: number;
}

/**
 * Two clocks, kept apart: what we took, which the objective counts, and what
 * people took, which is a hop of its own.
 */
export function latencyOf(
  samples: AppliedSample[],
  objectiveMs: number,
): Pick<Overview, 'appliedMs' | 'withinObjective' | 'hops'> {
  if (samples.length === 0) return { hops: [] };
  const automated = samples
    .map(({ acceptedAt, appliedAt, waitedMs }) =>
      Math.max(0, appliedAt - acceptedAt - waitedMs),
    )
    .sort((a, b) => a - b);
  const within = automated.filter(ms => ms <= objectiveMs).length;
  const hops = [
    mean('Decide', samples, sample => sample.firedAt - sample.acceptedAt),
    mean('Render', samples, ({ sealedAt, firedAt }) =>
      sealedAt === undefined ? 0 : sealedAt - firedAt,
    ),
    mean('Write and merge', samples, ({ sealedAt, mergedAt, waitedMs }) =>
      sealedAt === undefined || mergedAt === undefined
        ? 0
        : mergedAt - sealedAt - waitedMs,
    ),
    mean('Wait for people', samples, ({ waitedMs }) => waitedMs),
    mean(
      'Sync',
      samples,
      ({ mergedAt, firedAt, appliedAt }) => appliedAt - (mergedAt ?? firedAt),
    ),
  ];
  return {
    appliedMs: {
      p50: percentile(automated, 0.5),
      p99: percentile(automated, 0.99),
      count: samples.length,
    },
    withinObjective: within / samples.length,
    hops,
  };
}

/** Of sorted values: the smallest that is not below that share of them. */
export function percentile(sorted: number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

function mean(
  hop: string,
  samples: AppliedSample[],
  msOf: (sample: AppliedSample) => number,
): { hop: string; ms: number } {
  const sum = samples.reduce(
    (total, sample) => total + Math.max(0, msOf(sample)),
    0,
  );
  return { hop, ms: Math.round(sum / samples.length) };
}
