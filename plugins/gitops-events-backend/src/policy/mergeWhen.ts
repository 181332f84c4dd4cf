import type {
  FileDiff,
  StoredEvent,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type { Effect } from '../store/effectRow';
import type { Run } from '../store/runRow';
import type { EvaluateCel } from './celPolicy';

/** Asks a step's `merge.when`. What it cannot tell is no yes, and is shown. */
export async function mergeWhen(options: {
  evaluateCel: EvaluateCel;
  run: Run;
  event: StoredEvent;
  effect: Effect;
  diff: readonly FileDiff[];
  verdicts: readonly Verdict[];
}): Promise<{ value: boolean | undefined; verdict: Verdict[] }> {
  const { run, event, effect, diff, verdicts } = options;
  const expression = effect.input.merge.when;
  if (expression === undefined) return { value: undefined, verdict: [] };
  const files = diff.map(({ patch: _, ...file }) => file);
  const sum = (key: 'additions' | 'deletions') =>
    diff.reduce((total, file) => total + file[key], 0);
  const answer = await options.evaluateCel(
    expression,
    {
      run: { id: run.id, sensor: run.sensor, files, title: run.title },
      change: {
        files,
        additions: sum('additions'),
        deletions: sum('deletions'),
        base: effect.base,
        repository: effect.repository,
      },
      policy: {
        passed: verdicts.every(({ verdict }) => verdict === 'pass'),
        verdicts,
      },
      params: run.scope?.params ?? {},
      target: run.target ?? {},
      entity: run.entityRef ?? '',
    },
    event,
  );
  if ('value' in answer && typeof answer.value === 'boolean') {
    return { value: answer.value, verdict: [] };
  }
  const why =
    'reason' in answer
      ? answer.reason.message
      : 'It is neither true nor false.';
  return {
    value: false,
    verdict: [
      {
        check: 'merge.when',
        verdict: 'review',
        reasons: [`It could not be told, so a person decides: ${why}`],
      },
    ],
  };
}
