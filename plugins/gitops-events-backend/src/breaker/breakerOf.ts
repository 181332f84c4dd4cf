import {
  parseDuration,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { BreakerKey } from '../store/breakers';
import type { Run } from '../store/runRow';
import type { Answer, BreakerSettings } from './breaker';

type Declared = NonNullable<Sensor['spec']['circuitBreaker']>;

/** The breaker that a run stands behind, as its sensor declares it. */
export interface RunBreaker
  extends BreakerKey, Pick<Declared, 'counts' | 'per' | 'over'> {
  /** Title of its sensor, for people. */
  title: string;
  settings: BreakerSettings;
  maxHoldMs?: number;
}

export function breakerOf(
  run: Pick<Run, 'sensor' | 'target' | 'entityRef' | 'generation'>,
  { metadata, spec }: Sensor,
): RunBreaker | undefined {
  const declared = spec.circuitBreaker;
  // A replay neither waits for what is live nor counts in it, nor does a revert.
  if (!declared || run.generation !== 0) return undefined;
  const { failures, within, openFor, counts, per, over, maxHold } = declared;
  return {
    sensor: run.sensor,
    scope: scopeOf(run, per),
    title: metadata.title ?? metadata.name,
    settings: {
      failures,
      withinMs: parseDuration(within),
      openForMs: parseDuration(openFor),
    },
    counts,
    per,
    over,
    maxHoldMs: maxHold === undefined ? undefined : parseDuration(maxHold),
  };
}

function scopeOf(
  { target = {}, entityRef }: Pick<Run, 'target' | 'entityRef'>,
  per: Declared['per'],
): string {
  switch (per) {
    case 'target':
      return [target.environment, target.cluster, target.tenant]
        .map(part => part ?? '')
        .join('/')
        .replace(/\/+$/, '');
    case 'entity':
      return entityRef ?? '';
    default:
      return '';
  }
}

/** What the end of a run, or its hold, says to its breaker. */
export function answerOf(
  run: Pick<Run, 'state' | 'end' | 'reason' | 'steps'>,
  counts: RunBreaker['counts'],
): Answer {
  const { state, end, reason } = run;
  const counted = (what: RunBreaker['counts'][number]): Answer =>
    counts.includes(what) ? 'failed' : 'neither';
  if (state === 'held') {
    return reason?.code === 'policyDenied'
      ? counted('policyDenied')
      : 'neither';
  }
  switch (end) {
    case 'applied':
    case 'done':
    case 'alreadySo':
      return 'succeeded';
    case 'failed':
      return counted(isSyncFailed(run) ? 'syncFailed' : 'failed');
    default:
      return 'neither';
  }
}

/** Its change was merged and did not become healthy, or not in time. */
function isSyncFailed({ steps }: Pick<Run, 'steps'>): boolean {
  const failed = steps.find(step => step.state === 'failed');
  const code = failed?.reason?.code ?? '';
  return (
    failed?.action === 'sync:wait' && ['syncFailed', 'timeout'].includes(code)
  );
}
