import { code } from '../change/markdownCode';
import type { EffectInput } from '../store/effectRow';
import type { Run } from '../store/runRow';
import type { RevertedPart } from './readReverted';
import type { RevertChoice } from './revertedEdit';

/** What a revert asks for: no edits of its own; merged by the rule that the run was merged by. */
export function revertInput(
  run: Pick<Run, 'id' | 'title'>,
  { effect, edits }: RevertedPart,
  what: {
    by: string;
    comment: string;
    choices: Record<string, RevertChoice>;
    /** Of several parts. */
    place?: { at: number; of: number };
  },
): EffectInput {
  const { input, changeId = '' } = effect;
  const { by, comment, choices, place } = what;
  return {
    ...input,
    edits: [],
    coalesce: undefined,
    pullRequest: {
      labels: input.pullRequest.labels,
      title: revertTitle(run, place),
      body: [
        `Takes back what ${code(run.title)} wrote with change ${code(changeId)}, and nothing else.`,
        '',
        `Asked for by ${code(by)}: ${code(comment, 500)}`,
      ].join('\n'),
    },
    revert: { run: run.id, by, edits, choices },
  };
}

export function revertTitle(
  { title }: Pick<Run, 'title'>,
  place?: { at: number; of: number },
): string {
  const part =
    place && place.of > 1 ? ` (part ${place.at} of ${place.of})` : '';
  return `Revert: ${title}`.slice(0, 500 - part.length) + part;
}
