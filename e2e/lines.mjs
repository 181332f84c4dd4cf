// The kinds of lines on a timeline, in the order in which they appear.
export const toPullRequest = [
  'eventReceived',
  'sensorFired',
  'changeRendered',
  'policyJudged',
  'changeCommitted',
  'pullRequestOpened',
];
export const toApplied = ['merged', 'syncStarted', 'syncHealthy', 'runEnded'];
