import {
  countInWords,
  targetInWords,
  type ReplayDifference,
  type ReplayEvents,
  type ReplayView,
  type Status,
} from '@gitops-events/plugin-gitops-events-common';

const states: Record<ReplayView['state'], Pick<Status, 'word' | 'tone'>> = {
  running: { word: 'Running', tone: 'info' },
  paused: { word: 'Paused', tone: 'warning' },
  done: { word: 'Done', tone: 'success' },
  cancelled: { word: 'Cancelled', tone: 'neutral' },
  failed: { word: 'Failed', tone: 'error' },
};

/** How a replay stands. */
export function replayStatus({ state, reason }: ReplayView): Status {
  const { word } = states[state];
  return { ...states[state], sentence: reason?.message ?? `${word}.` };
}

/** How an event is decided otherwise. */
export const differences: Record<
  ReplayDifference,
  Pick<Status, 'word' | 'tone'>
> = {
  firesNow: { word: 'Fires now', tone: 'success' },
  noLongerFires: { word: 'No longer fires', tone: 'warning' },
  other: { word: 'Differs', tone: 'info' },
};

/** Which rule: `Revision 4`, or `A changed copy`. */
export function ruleInWords({ revision }: ReplayView): string {
  return revision === undefined ? 'A changed copy' : `Revision ${revision}`;
}

/** What sets it apart in a list: `redirected to staging, `; nothing where it only told. */
export function modeInWords({ mode, target }: ReplayView): string {
  if (mode === 'dry') return '';
  return target ? `redirected to ${targetInWords(target)}, ` : 'for real, ';
}

/** What it leaves behind. */
export function effectInWords({ mode, target }: ReplayView): string {
  if (mode === 'dry') {
    return 'Nothing is written, and what is live does not notice.';
  }
  return target
    ? `Redirected to ${targetInWords(target)}: each one that fires makes a run, which lands there instead.`
    : 'For real: each one that fires makes a run.';
}

/** How long what it found stays. */
export function keptInWords({ keptDays, mode }: ReplayView): string {
  const ended = mode === 'dry' ? 'it has ended' : 'it and its runs have ended';
  return `Kept for ${countInWords(keptDays, 'day')} once ${ended}.`;
}

/** The same events once more, and none that came since. */
export function selectionOf({ events, createdAt }: ReplayView): ReplayEvents {
  const { from, to = createdAt, ...rest } = events;
  return { ...rest, ...(from !== undefined && { from, to }) };
}

/** From when to when, in the reader's zone. */
export function timeInWords({ events, createdAt }: ReplayView): string {
  if (!events.from) return 'a list';
  return `${inShort(events.from)} to ${inShort(events.to ?? createdAt)}`;
}

function inShort(at: string): string {
  return new Date(at).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
}

const standings: Record<
  NonNullable<ReplayView['runs']>[number]['state'],
  string
> = {
  queued: 'queued',
  running: 'running',
  waiting: 'waiting',
  held: 'held',
  applied: 'applied',
  done: 'done',
  alreadySo: 'already so',
  superseded: 'superseded',
  failed: 'failed',
  cancelled: 'cancelled',
  discarded: 'discarded',
};

/** `3 applied, 1 held`: how its runs stand. */
export function runsInWords(runs: NonNullable<ReplayView['runs']>): string {
  return Object.entries(standings)
    .flatMap(([state, word]) =>
      runs
        .filter(one => one.state === state)
        .map(({ count }) => `${count.toLocaleString()} ${word}`),
    )
    .join(', ');
}
