import {
  countInWords,
  type HeldView,
} from '@gitops-events/plugin-gitops-events-common';

export type BulkVerb = 'release' | 'discard';

/** What a decision is called, and what it does, before it is done. */
export interface BulkWords {
  title: string;
  verb: string;
  /** `released`. */
  done: string;
  effect: string;
}

/** Of a decision over these runs. */
export function bulkWords(
  verb: BulkVerb,
  items: readonly HeldView[],
): BulkWords {
  const count = items.length;
  const runs = countInWords(count, 'run');
  const sensors = new Set(items.map(item => item.sensor)).size;
  const of =
    sensors === 1 ? `of sensor ${items[0]?.sensor}` : `of ${sensors} sensors`;
  if (verb === 'release') {
    return {
      title: `Release ${runs}?`,
      verb: count === 1 ? 'Release' : `Release ${count}`,
      done: 'released',
      effect: `${runs} ${of} ${count === 1 ? 'resumes' : 'resume'} at the step that stopped. Policy judges ${count === 1 ? 'it' : 'each'} again before anything is written, and what it denies is held again. At most ${countInWords(count, 'pull request')} can follow.`,
    };
  }
  return {
    title: `Discard ${runs}?`,
    verb: count === 1 ? 'Discard' : `Discard ${count}`,
    done: 'discarded',
    effect: `${runs} ${of} ${count === 1 ? 'ends' : 'end'} as discarded and nothing of ${count === 1 ? 'it' : 'them'} is written. The events stay on record; to have it after all, the request is made again.`,
  };
}

/** How a decision over several went that not all of them let happen. */
export function partlyDone(count: {
  all: number;
  failed: number;
  toConfirm: number;
  done: string;
}): string {
  const { all, failed, toConfirm, done } = count;
  if (all === 1) {
    return toConfirm === 1
      ? 'Not yet: a newer value is there. Compare the two, then confirm, or close and discard this run.'
      : `It could not be ${done}.`;
  }
  const rest = `${all - failed} of ${all} ${done}; ${failed} could not be and ${failed === 1 ? 'stays' : 'stay'} selected.`;
  return toConfirm === 0
    ? rest
    : `${rest} Of ${toConfirm} a newer value is there: compare the two, then confirm.`;
}
