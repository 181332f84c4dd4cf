import { combineVerdicts, type ChangeEnd, type Verdict } from './change';
import type { RunEnd, Target } from './run';
import type { DecisionView } from './sensor';
import type { TimelineEntry, TimelineKind } from './timeline';
import type { SyncedApplication, TimelineData } from './timelineData';
import {
  countInWords,
  durationInWords,
  repositoryInWords,
  targetInWords,
} from './words';

/** How an entry reads. @public */
export type TimelineSentence = Pick<
  TimelineEntry,
  'title' | 'detail' | 'tone'
> & {
  /** Words of the link that belongs to it; where it leads is the reader's matter. */
  linkText?: string;
  /** An address, outside the portal or in it. */
  url?: string;
};

const decisionWords: Record<DecisionView['outcome'], string> = {
  fired: 'Fired:',
  notMatched: 'Did not match:',
  suppressed: 'Suppressed by',
  held: 'Held by',
  waiting: 'Waits in the window of',
};

const changeEndWords: Record<ChangeEnd, string> = {
  merged: 'Change merged',
  alreadySo: 'Nothing to change: it is already so',
  superseded: 'Change replaced by a newer one',
  discarded: 'Change closed unmerged',
  cancelled: 'Change cancelled',
  failed: 'Change failed',
};

const runEndWords: Record<RunEnd, string> = {
  applied: 'Applied',
  done: 'Done',
  alreadySo: 'Already so: nothing to change',
  superseded: 'Superseded by a newer request',
  failed: 'Failed',
  cancelled: 'Cancelled',
  discarded: 'Discarded',
};

const sentences: {
  [K in TimelineKind]: (data: TimelineData[K]) => TimelineSentence;
} = {
  eventReceived: ({ source, type, subject }) =>
    neutral(
      'Event received',
      `${type} from ${source}${subject ? `, about ${subject}` : ''}`,
    ),
  decision: ({ sensor, outcome, reason }) => ({
    tone: outcome === 'held' ? 'warning' : 'neutral',
    title: `${decisionWords[outcome]} ${sensor}`,
    detail: reason.message,
  }),
  sensorFired: ({ sensor, revision, mode, replayed, redirected }) =>
    success(
      firedInWords(replayed, redirected),
      `${sensor}, revision ${revision}${mode === 'auto' ? '' : `, mode ${mode}`}`,
    ),
  revertAsked: ({ by, of, comment }) =>
    neutral(`${by} takes back: ${of}`, comment),
  changeRendered: ({ files, additions, deletions }) => ({
    ...success(
      'Change rendered',
      `${countInWords(files, 'file')}, +${additions} -${deletions}`,
    ),
    linkText: 'View diff',
  }),
  policyJudged: ({ verdicts }) => policyJudged(verdicts),
  waitingForLimit: ({ limit, waitMs }) =>
    neutral(`Waits about ${durationInWords(waitMs)} for a limit`, limit),
  changeCommitted: ({ commit, repository }) =>
    success(
      'Committed',
      `${short(commit)} in ${repositoryInWords(repository)}, on a branch of its own`,
    ),
  pullRequestOpened: ({ number, url }) => ({
    ...success(`Pull request #${number} opened`),
    linkText: `#${number}`,
    ...(url && { url }),
  }),
  pullRequestReady: ({ number }) =>
    success(
      `Pull request #${number} is no draft any more`,
      'Its checks passed and its approvals are there',
    ),
  waitingForApproval: waiting,
  approved: ({ by, comment }) => success(`Approved by ${by}`, comment),
  conflict: ({ baseHead }) =>
    neutral(
      'Rendering again',
      `The base branch has moved to ${short(baseHead)}`,
    ),
  proposedInstead: ({ reason }) =>
    neutral('Goes by pull request', reason.message),
  merged: ({ commit, by, rule, direct }) =>
    success(
      direct ? 'Committed to its base' : 'Merged',
      [
        commit && `as ${short(commit)}`,
        rule && `by rule "${rule}"`,
        by && `by ${by}`,
      ]
        .filter(Boolean)
        .join(', '),
    ),
  changeEnded: ({ end, reason, by }) => ({
    tone: toneOfEnd(end),
    title: `${changeEndWords[end]}${by ? ` by ${by}` : ''}`,
    ...(reason && { detail: reason.message }),
  }),
  syncStarted: sync('info', 'Sync started'),
  syncProgress: sync('info', 'Syncing'),
  syncHealthy: sync('success', 'Applied and healthy'),
  syncFailed: sync('error', 'Sync failed'),
  stepSkipped: ({ step, reason }) =>
    neutral(`Step ${step} skipped`, reason.message),
  stepFailed: ({ step, reason }) => ({
    tone: 'error',
    title: `Step ${step} failed, its onFailure begins`,
    detail: reason.message,
  }),
  retry: ({ reason, attempt }) => ({
    tone: 'warning',
    title: `Attempt ${attempt} failed, trying again`,
    detail: reason.message,
  }),
  stopped: ({ reason }) => ({
    tone: 'warning',
    title: 'Waits: writing is stopped',
    detail: reason.message,
  }),
  held: ({ reason }) => ({
    tone: 'warning',
    title: 'Held for a person',
    detail: reason.message,
  }),
  released: ({ by, comment }) => neutral(`Released by ${by}`, comment),
  comment: ({ by, text }) => neutral(`${by} commented`, text),
  rootCauseStated: ({ by, text }) =>
    neutral(`${by} stated the root cause`, text),
  runEnded: ({ end, reason, durationMs }) => ({
    tone: toneOfEnd(end),
    title: `${runEndWords[end]}${
      durationMs === undefined ? '' : ` after ${durationInWords(durationMs)}`
    }`,
    ...(reason && { detail: reason.message }),
  }),
  aboutChange: ({ changeId }) => ({
    ...neutral('It tells of a commit of ours'),
    linkText: 'View the change',
    url: `/gitops-events/changes/${changeId}`,
  }),
  commitNews: ({ eventUid, type, source }) => ({
    ...neutral('An event told of its commit', `${type} from ${source}`),
    linkText: 'View the event',
    url: `/gitops-events/events/${eventUid}`,
  }),
};

/**
 * Turns what is kept of an entry into what a person reads. A `title` or
 * `detail` kept with it wins.
 *
 * @public
 */
export function timelineSentence<K extends TimelineKind>(
  kind: K,
  data: TimelineData[K] & { title?: string; detail?: string },
): TimelineSentence {
  const sentence = sentences[kind](data);
  return {
    ...sentence,
    ...(data.title && { title: data.title }),
    ...(data.detail && { detail: data.detail }),
  };
}

function firedInWords(replayed?: boolean, redirected?: Target): string {
  if (redirected) {
    return `Sensor fired in a replay redirected to ${targetInWords(redirected)}`;
  }
  return replayed ? 'Sensor fired in a replay' : 'Sensor fired';
}

/** A change waits for more than approvals; its reason says for what. */
function waiting({
  needed,
  whom,
  reason,
}: TimelineData['waitingForApproval']): TimelineSentence {
  const approvals = needed === 1 ? 'an approval' : `${needed} approvals`;
  const forApproval = !reason || reason.code === 'approval';
  return {
    tone: 'warning',
    title: forApproval
      ? `Waiting for ${approvals}${whom ? ` from ${whom}` : ''}`
      : 'Waiting',
    ...(!forApproval && { detail: reason.message }),
    linkText: 'Review',
  };
}

const policyTitles = {
  deny: 'Policy denied',
  cannot: 'Policy could not judge',
  review: 'Policy asks for a person',
  pass: 'Policy passed',
};
const askedAgain =
  'Nothing merges before it can; it is asked again by itself. If it stays so, mend the check or close the pull request.';

function policyJudged(verdicts: Verdict[]): TimelineSentence {
  const passed = verdicts.filter(({ verdict }) => verdict === 'pass').length;
  const others = verdicts.filter(({ verdict }) => verdict !== 'pass');
  if (others.length === 0) {
    return {
      ...success(
        'Policy passed',
        `${passed} of ${countInWords(verdicts.length, 'check')}`,
      ),
      linkText: 'Details',
    };
  }
  const combined = combineVerdicts(verdicts);
  const said = others.map(
    ({ check, reasons }) => `${check}: ${reasons.join('; ')}`,
  );
  const detail = said.join('. ');
  return {
    tone: combined === 'deny' ? 'error' : 'warning',
    title: policyTitles[combined],
    detail:
      combined === 'cannot'
        ? `${detail.replace(/\.$/, '')}. ${askedAgain}`
        : detail,
    linkText: 'Details',
  };
}

function toneOfEnd(end: ChangeEnd | RunEnd): TimelineEntry['tone'] {
  if (end === 'failed') return 'error';
  return end === 'merged' || end === 'applied' || end === 'done'
    ? 'success'
    : 'neutral';
}

function sync(
  tone: TimelineEntry['tone'],
  title: string,
): (data: SyncedApplication) => TimelineSentence {
  return ({ tracker, application, revision, message, url }) => ({
    tone,
    title,
    detail: `${application}${revision ? ` at ${short(revision)}` : ''}${
      message ? `: ${message}` : ''
    }`,
    ...(url && { linkText: `Open in ${tracker}`, url }),
  });
}

function neutral(title: string, detail?: string): TimelineSentence {
  return { tone: 'neutral', title, ...(detail && { detail }) };
}

function success(title: string, detail?: string): TimelineSentence {
  return { tone: 'success', title, ...(detail && { detail }) };
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
