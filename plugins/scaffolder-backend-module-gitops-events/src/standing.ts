import {
  namesInWords,
  type RunView,
  type TimelineGroup,
  type TimelineKind,
} from '@gitops-events/plugin-gitops-events-common';

/** What a step that waits is told about its event. */
export type Standing =
  /** Go on looking. */
  | { next: 'look again' }
  /** Nothing more to wait for, or nothing that a task should wait for. */
  | { next: 'end'; status: string; sentence: string }
  /** A run failed: so does the step. */
  | { next: 'fail'; sentence: string };

/**
 * Where an event stands. A task waits for machines only: as soon as a person
 * is asked, it ends, and the person finds the request in the portal.
 */
export function standingOf(group: TimelineGroup | undefined): Standing {
  if (!group) return { next: 'look again' };
  const failed = group.runs.find(run => run.end === 'failed');
  if (failed) return { next: 'fail', sentence: sentenceOf(failed) };

  const held = group.runs.find(run => run.state === 'held');
  if (held) return ending('held', held);
  if (group.settled) {
    const [run] = group.runs;
    return run?.end
      ? ending(run.end, run)
      : {
          next: 'end',
          status: 'notMatched',
          sentence: sentenceOf(group),
        };
  }
  return waitsForApproval(group)
    ? { next: 'end', status: 'waiting', sentence: sentenceOf(group) }
    : { next: 'look again' };
}

function ending(status: string, run: RunView): Standing {
  return { next: 'end', status, sentence: sentenceOf(run) };
}

/** A task's page shows plain text. */
function sentenceOf({ status }: Pick<RunView, 'status'>): string {
  return namesInWords(status.sentence);
}

const overtakesQuestion = new Set<TimelineKind>([
  'approved',
  'conflict',
  'merged',
  'changeEnded',
]);

/** Whether an approval is asked for, and neither given nor overtaken since. */
function waitsForApproval(group: TimelineGroup): boolean {
  const asked = new Set<string | undefined>();
  for (const { kind, changeId } of group.entries) {
    if (kind === 'waitingForApproval') asked.add(changeId);
    else if (overtakesQuestion.has(kind)) asked.delete(changeId);
  }
  return asked.size > 0;
}
