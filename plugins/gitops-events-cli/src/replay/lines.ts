import {
  replayInWords,
  targetInWords,
  type ReplayDifference,
  type ReplayFinding,
  type ReplayView,
} from '@gitops-events/plugin-gitops-events-common';

const words: Record<ReplayDifference, string> = {
  firesNow: 'fires now',
  noLongerFires: 'no longer fires',
  other: 'differs',
};

/** One event that is decided otherwise: what was said, what is said, and the lines its changes would write. */
export function findingLines(finding: ReplayFinding): string[] {
  const { eventUid, eventSubject, eventType, acceptedAt, then, now } = finding;
  return [
    `${words[finding.difference]}: ${eventSubject ?? eventType}, ${acceptedAt} (${eventUid})`,
    `  then  ${then ? `${then.outcome}: ${then.reason.message}` : 'it was not asked'}`,
    `  now   ${now.outcome}: ${now.reason.message}`,
    ...(now.runId ? [`  run   ${now.runId}`] : []),
    ...(now.run?.steps ?? []).flatMap(({ change }) =>
      (change?.diff ?? []).flatMap(({ path, patch }) => [
        `  ${path}`,
        ...patch
          .split('\n')
          .filter(line => /^[-+]/.test(line))
          .map(line => `    ${line}`),
      ]),
    ),
  ];
}

/** How it ended, and the sum. */
export function replayLines(replay: ReplayView): string[] {
  const { state, reason, progress, runs = [], target } = replay;
  return [
    ...(state === 'done' ? [] : [`${state}: ${reason?.message ?? ''}`]),
    replayInWords(progress),
    ...(runs.length > 0
      ? [
          `${target ? `Runs redirected to ${targetInWords(target)}` : 'Runs'} so far: ${runs
            .map(({ state: stands, count }) => `${count} ${stands}`)
            .join(', ')}.`,
        ]
      : []),
    ...(progress.uncompared > 0
      ? [
          `${progress.uncompared} fired then and now; there were too many to compare what their runs would write.`,
        ]
      : []),
  ];
}
