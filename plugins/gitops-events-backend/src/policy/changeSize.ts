import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';

/** The most that one change may come to. */
export interface ChangeLimits {
  files: number;
  /** Added and taken away. */
  lines: number;
  /** Of all its files after the change. */
  bytes: number;
}

export const defaultChangeLimits: ChangeLimits = {
  files: 300,
  lines: 20_000,
  bytes: 10 * 1024 * 1024,
};

/** Denies what nobody could review. */
export function changeSize(limits: ChangeLimits): PolicyCheck {
  const name = 'size';
  return {
    name,
    version: JSON.stringify(limits),
    async check(change) {
      const size = sizeOf(change);
      const reasons = (['files', 'lines', 'bytes'] as const)
        .filter(unit => size[unit] > limits[unit])
        .map(
          unit =>
            `It changes ${size[unit]} ${unit}; ${limits[unit]} are allowed in one change. Make several smaller ones.`,
        );
      return {
        check: name,
        verdict: reasons.length > 0 ? 'deny' : 'pass',
        reasons,
      };
    },
  };
}

function sizeOf({ diff, files }: ProposedChange): ChangeLimits {
  const changed = new Set(diff.map(({ path }) => path));
  return {
    files: diff.length,
    lines: diff.reduce((sum, one) => sum + one.additions + one.deletions, 0),
    bytes: files
      .filter(({ path }) => changed.has(path))
      .reduce((sum, { content }) => sum + content.byteLength, 0),
  };
}
