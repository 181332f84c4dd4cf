import { z } from 'zod';
import type { ChangeView } from './change';
import type { RunView } from './run';
import type { DecisionView } from './sensor';
import { STOPPED } from './stop';
import { durationInWords } from './words';

/**
 * A state as it is shown everywhere: icon and colour follow `tone`, `word` is
 * the short name, `sentence` the whole story in one line.
 *
 * @public
 */
export const statusSchema = z.object({
  tone: z.enum(['success', 'info', 'warning', 'error', 'neutral']),
  word: z.string(),
  sentence: z.string(),
});

/** @public */
export type Status = z.infer<typeof statusSchema>;

/** What the sentence of a run is made of. @public */
export type RunStanding = Pick<
  RunView,
  'state' | 'end' | 'reason' | 'mode' | 'createdAt' | 'endedAt'
> & {
  /** Who took it back. */
  revertedBy?: string;
};
/** What the sentence of a change is made of. @public */
export type ChangeStanding = Pick<ChangeView, 'state' | 'end' | 'reason'> &
  Partial<Pick<ChangeView, 'owner'>>;

/**
 * The one sentence of a run.
 *
 * @param change - the change that carries it, which knows better what it waits for
 * @public
 */
export function statusOfRun(run: RunStanding, change?: ChangeStanding): Status {
  const why = run.reason?.message;
  if (isStopped(run)) return stoppedStatus(run.reason!.message);
  switch (run.state) {
    case 'queued':
      return status('info', 'Queued', why ?? 'Queued, about to start');
    case 'running':
      return status('info', 'Running', 'Running');
    case 'waiting':
      return change && change.state !== 'ended'
        ? statusOfChange(change)
        : status('info', 'Waiting', why ?? 'Waiting');
    case 'held':
      return status('warning', 'Held', after('Held', why));
    default:
      return endOfRun(run, why);
  }
}

function endOfRun(run: RunStanding, why: string | undefined): Status {
  const took =
    run.endedAt &&
    ` in ${durationInWords(Date.parse(run.endedAt) - Date.parse(run.createdAt))}`;
  if (run.revertedBy) {
    return status('warning', 'Reverted', `Reverted by ${run.revertedBy}`);
  }
  switch (run.end) {
    case 'applied':
      return status('success', 'Applied', `Applied${took ?? ''}`);
    case 'done':
      return run.mode === 'observe'
        ? status('neutral', 'Observed', 'Observed: rendered, nothing written')
        : status('success', 'Done', `Done${took ?? ''}`);
    case 'alreadySo':
      return status(
        'neutral',
        'Already so',
        why ?? 'Already so: there was nothing to change',
      );
    case 'superseded':
      return status(
        'neutral',
        'Superseded',
        why ?? 'Superseded: a newer request took its place',
      );
    case 'cancelled':
      return status('neutral', 'Cancelled', after('Cancelled', why));
    case 'discarded':
      return status('neutral', 'Discarded', after('Discarded', why));
    default:
      return status('error', 'Failed', after('Failed', why));
  }
}

/** The one sentence of a change. @public */
export function statusOfChange(change: ChangeStanding): Status {
  const why = change.reason?.message;
  if (isStopped(change)) return stoppedStatus(change.reason!.message);
  switch (change.state) {
    case 'sealed':
      return status('info', 'Writing', 'Its content is fixed; being committed');
    case 'committed':
      return status('info', 'Committed', 'Committed; the pull request is next');
    case 'proposed':
      return status('info', 'Open', why ?? 'Its pull request is open');
    case 'waiting':
      return status('warning', 'Waiting', waitInWords(change));
    default:
      return endOfChange(change, why);
  }
}

function isStopped(one: RunStanding | ChangeStanding): boolean {
  const moves = ['running', 'held', 'ended'].includes(one.state);
  return !moves && one.reason?.code === STOPPED;
}

function stoppedStatus(why: string): Status {
  return status('warning', 'Stopped', why);
}

/** What a change that waits for people waits for, and for whom. */
function waitInWords({
  reason,
  owner,
}: Pick<ChangeStanding, 'reason' | 'owner'>): string {
  return !reason || reason.code === 'approval'
    ? `Waiting for an approval${owner ? ` from ${owner}` : ''}`
    : reason.message;
}

function endOfChange(change: ChangeStanding, why: string | undefined): Status {
  switch (change.end) {
    case 'merged':
      return status('success', 'Merged', 'Merged');
    case 'alreadySo':
      return status(
        'neutral',
        'Already so',
        why ?? 'There was nothing to change',
      );
    case 'superseded':
      return status(
        'neutral',
        'Superseded',
        why ?? 'A newer change took its place',
      );
    case 'discarded':
      return status('neutral', 'Closed', after('Closed unmerged', why));
    case 'cancelled':
      return status('neutral', 'Cancelled', after('Cancelled', why));
    default:
      return status('error', 'Failed', after('Failed', why));
  }
}

/**
 * The one sentence of an event: of the run that most needs a look, else of
 * what the sensors said.
 *
 * @public
 */
export function statusOfEvent(event: {
  /** Whether every sensor has said something to it. */
  decided: boolean;
  receivedAt: string;
  endedAt?: string;
  runs: Array<Pick<RunView, 'end' | 'status' | 'mode'>>;
  decisions: Array<Pick<DecisionView, 'outcome' | 'reason'>>;
}): Status {
  const { runs, decisions } = event;
  if (runs.length > 0) {
    const [first] = [...runs].sort(
      (a, b) => urgency(a.status) - urgency(b.status),
    );
    if (first.status.word === 'Applied' && event.endedAt) {
      const ms = Date.parse(event.endedAt) - Date.parse(event.receivedAt);
      return { ...first.status, sentence: `Applied in ${durationInWords(ms)}` };
    }
    return first.status;
  }
  if (!event.decided) {
    return status('info', 'Received', 'Received; the sensors look at it next');
  }
  const waits = decisions.find(({ outcome }) => outcome === 'waiting');
  if (waits) return status('info', 'Waiting', waits.reason.message);
  const suppressed = decisions.find(({ outcome }) => outcome === 'suppressed');
  if (suppressed) {
    return status(
      'neutral',
      'Suppressed',
      after('Suppressed', suppressed.reason.message),
    );
  }
  return status('neutral', 'No match', 'No sensor reacts to it');
}

const byUrgency: Array<Status['word']> = [
  'Held',
  'Failed',
  'Stopped',
  'Waiting',
  'Running',
  'Queued',
  'Reverted',
];

function urgency({ word }: Status): number {
  const index = byUrgency.indexOf(word);
  if (index >= 0) return index;
  return word === 'Applied' ? byUrgency.length : byUrgency.length + 1;
}

function status(tone: Status['tone'], word: string, sentence: string): Status {
  return { tone, word, sentence };
}

function after(word: string, why: string | undefined): string {
  if (!why) return word;
  // A reason may begin with what was done: `Discarded by user:default/pia.`
  return why.startsWith(word) ? why : `${word}: ${why}`;
}
