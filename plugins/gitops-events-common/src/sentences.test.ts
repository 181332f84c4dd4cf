import {
  durationInWords,
  nameInWords,
  namesInWords,
  partsOfSentence,
  repositoryInWords,
  statusOfChange,
  statusOfEvent,
  statusOfRun,
  timelineKinds,
  timelineSentence,
  type RunView,
  type TimelineData,
  type TimelineKind,
} from './index';

const reason = { code: 'x', message: 'The pod crashed.' };
const commit = '3f9c2ab'.padEnd(40, '0');
const application = {
  tracker: 'directory',
  application: 'shop',
  revision: commit,
};

/** One of each kind: a kind without a sentence does not compile, nor pass. */
const examples: { [K in TimelineKind]: [TimelineData[K], string, string?] } = {
  eventReceived: [
    { source: 'https://r.example.com', type: 'pushed', subject: 'shop' },
    'Event received',
    'pushed from https://r.example.com, about shop',
  ],
  decision: [
    { sensor: 'promote', outcome: 'suppressed', reason },
    'Suppressed by promote',
    'The pod crashed.',
  ],
  sensorFired: [
    { sensor: 'Promote', revision: 7, mode: 'propose' },
    'Sensor fired',
    'Promote, revision 7, mode propose',
  ],
  revertAsked: [
    { by: 'user:default/pia', of: 'Promote shop', comment: 'It crashes.' },
    'user:default/pia takes back: Promote shop',
    'It crashes.',
  ],
  changeRendered: [
    { files: 1, additions: 142, deletions: 0 },
    'Change rendered',
    '1 file, +142 -0',
  ],
  policyJudged: [
    {
      verdicts: [
        { check: 'a', verdict: 'pass', reasons: [] },
        { check: 'replicas', verdict: 'deny', reasons: ['At most 3.'] },
      ],
    },
    'Policy denied',
    'replicas: At most 3.',
  ],
  waitingForLimit: [
    { limit: 'GitHub takes 70 writes a minute from us', waitMs: 40_000 },
    'Waits about 40 s for a limit',
    'GitHub takes 70 writes a minute from us',
  ],
  changeCommitted: [
    { commit, branch: 'b', repository: 'local:deployments' },
    'Committed',
    '3f9c2ab in deployments, on a branch of its own',
  ],
  pullRequestOpened: [{ number: 128 }, 'Pull request #128 opened'],
  pullRequestReady: [
    { number: 128 },
    'Pull request #128 is no draft any more',
    'Its checks passed and its approvals are there',
  ],
  waitingForApproval: [
    { needed: 2, whom: 'group:default/platform' },
    'Waiting for 2 approvals from group:default/platform',
  ],
  approved: [
    { by: 'user:default/pia', comment: 'ok' },
    'Approved by user:default/pia',
    'ok',
  ],
  conflict: [
    { baseHead: commit },
    'Rendering again',
    'The base branch has moved to 3f9c2ab',
  ],
  merged: [
    { commit, rule: 'small and green' },
    'Merged',
    'as 3f9c2ab, by rule "small and green"',
  ],
  proposedInstead: [{ reason }, 'Goes by pull request', 'The pod crashed.'],
  changeEnded: [
    { end: 'discarded', by: 'user:default/pia', reason },
    'Change closed unmerged by user:default/pia',
    'The pod crashed.',
  ],
  syncStarted: [application, 'Sync started', 'shop at 3f9c2ab'],
  syncProgress: [application, 'Syncing', 'shop at 3f9c2ab'],
  syncHealthy: [application, 'Applied and healthy', 'shop at 3f9c2ab'],
  syncFailed: [
    { ...application, message: 'degraded' },
    'Sync failed',
    'shop at 3f9c2ab: degraded',
  ],
  retry: [
    { reason, attempt: 2, atMs: 5 },
    'Attempt 2 failed, trying again',
    'The pod crashed.',
  ],
  stepSkipped: [
    { step: 'tell', reason },
    'Step tell skipped',
    'The pod crashed.',
  ],
  stepFailed: [
    { step: 'sync', reason },
    'Step sync failed, its onFailure begins',
    'The pod crashed.',
  ],
  stopped: [{ reason }, 'Waits: writing is stopped', 'The pod crashed.'],
  held: [{ reason }, 'Held for a person', 'The pod crashed.'],
  released: [{ by: 'user:default/pia' }, 'Released by user:default/pia'],
  comment: [
    { by: 'user:default/pia', text: 'hm' },
    'user:default/pia commented',
    'hm',
  ],
  rootCauseStated: [
    { by: 'user:default/pia', text: 'A bad base image.' },
    'user:default/pia stated the root cause',
    'A bad base image.',
  ],
  runEnded: [
    { end: 'failed', reason, durationMs: 1_900 },
    'Failed after 1.9 s',
    'The pod crashed.',
  ],
  aboutChange: [{ changeId: 'c1' }, 'It tells of a commit of ours'],
  commitNews: [
    { eventUid: 'e1', type: 'com.github.push', source: '/github' },
    'An event told of its commit',
    'com.github.push from /github',
  ],
};

describe('timelineSentence', () => {
  it.each(timelineKinds)('says what %s is', kind => {
    const [data, title, detail] = examples[kind];

    const sentence = timelineSentence(kind, data as never);

    expect(sentence.title).toBe(title);
    expect(sentence.detail).toBe(detail);
  });

  it('tells a run of a replay from the first', () => {
    const fired = { sensor: 'Promote', revision: 7, mode: 'auto' } as const;
    const { title } = timelineSentence('sensorFired', {
      ...fired,
      replayed: true,
    });
    expect(title).toBe('Sensor fired in a replay');
  });

  it('lets the words kept with an entry win', () => {
    expect(
      timelineSentence('released', {
        by: 'user:default/pia',
        title: 'Let go',
        detail: 'by hand',
      }),
    ).toMatchObject({ title: 'Let go', detail: 'by hand' });
  });

  it('says what a change waits for where that is no approval', () => {
    expect(
      timelineSentence('waitingForApproval', {
        needed: 1,
        reason: { code: 'blocked', message: 'A check of the host runs.' },
      }),
    ).toMatchObject({ title: 'Waiting', detail: 'A check of the host runs.' });
  });

  it.each([
    ['pass', 'Policy passed', '2 of 2 checks'],
    ['review', 'Policy asks for a person', 'c: Why.'],
    [
      'cannot',
      'Policy could not judge',
      'c: Why. Nothing merges before it can',
    ],
    ['deny', 'Policy denied', 'c: Why.'],
  ] as const)('says what %s means', (verdict, title, detail) => {
    const sentence = timelineSentence('policyJudged', {
      verdicts: [
        { check: 'a', verdict: 'pass', reasons: [] },
        { check: 'c', verdict, reasons: verdict === 'pass' ? [] : ['Why.'] },
      ],
    });
    expect(sentence.title).toBe(title);
    expect(sentence.detail).toContain(detail);
  });

  it('counts the checks that passed', () => {
    const pass = { check: 'a', verdict: 'pass' as const, reasons: [] };

    expect(
      timelineSentence('policyJudged', { verdicts: [pass, pass] }),
    ).toEqual({
      tone: 'success',
      title: 'Policy passed',
      detail: '2 of 2 checks',
      linkText: 'Details',
    });
  });
});

const run = (rest: Partial<RunView>) => ({
  state: 'ended' as const,
  mode: 'auto' as const,
  createdAt: '2026-01-05T10:00:00.000Z',
  endedAt: '2026-01-05T10:00:01.900Z',
  ...rest,
});

describe('statusOfRun', () => {
  it.each([
    [run({ end: 'applied' }), 'success', 'Applied in 1.9 s'],
    [
      run({ end: 'done', mode: 'observe' }),
      'neutral',
      'Observed: rendered, nothing written',
    ],
    [run({ end: 'failed', reason }), 'error', 'Failed: The pod crashed.'],
    [run({ end: 'cancelled' }), 'neutral', 'Cancelled'],
    [
      run({
        end: 'discarded',
        reason: {
          code: 'discarded',
          message: 'Discarded by user:default/pia.',
        },
      }),
      'neutral',
      'Discarded by user:default/pia.',
    ],
    [run({ state: 'held', reason }), 'warning', 'Held: The pod crashed.'],
    [run({ state: 'queued', reason }), 'info', 'The pod crashed.'],
    [run({ state: 'waiting' }), 'info', 'Waiting'],
  ])('says %j', (given, tone, sentence) => {
    expect(statusOfRun(given)).toMatchObject({ tone, sentence });
  });

  it('lets the change say whom it waits for', () => {
    const change = {
      state: 'waiting' as const,
      owner: 'group:default/platform',
      reason: { code: 'approval', message: 'Waits for an approval.' },
    };

    expect(statusOfRun(run({ state: 'waiting', reason }), change)).toEqual({
      tone: 'warning',
      word: 'Waiting',
      sentence: 'Waiting for an approval from group:default/platform',
    });
    expect(
      statusOfChange({
        ...change,
        reason: { code: 'merge', message: 'Approved. Waits for a merge.' },
      }).sentence,
    ).toBe('Approved. Waits for a merge.');
  });
});

describe('statusOfEvent', () => {
  const event = {
    decided: true,
    receivedAt: '2026-01-05T10:00:00.000Z',
    endedAt: '2026-01-05T10:00:02.000Z',
    runs: [],
    decisions: [],
  };
  const withRuns = (...runs: Array<Partial<RunView>>) =>
    runs.map(each => ({
      ...run(each),
      end: each.end,
      status: statusOfRun(run(each)),
    }));

  it('speaks for the run that most needs a look', () => {
    const runs = withRuns(
      { end: 'applied' },
      { end: 'failed', reason },
      { state: 'waiting' },
    );

    expect(statusOfEvent({ ...event, runs }).word).toBe('Failed');
    expect(
      statusOfEvent({
        ...event,
        runs: [...runs, ...withRuns({ state: 'held', reason })],
      }).word,
    ).toBe('Held');
  });

  it('counts from the arrival of the event', () => {
    const runs = withRuns({ end: 'applied' }, { end: 'alreadySo' });

    expect(statusOfEvent({ ...event, runs }).sentence).toBe('Applied in 2.0 s');
  });

  it('says that it is not decided, or that nobody wanted it', () => {
    expect(statusOfEvent({ ...event, decided: false }).word).toBe('Received');
    expect(statusOfEvent(event).sentence).toBe('No sensor reacts to it');
  });
});

describe('words', () => {
  it.each([
    [-5, '0 ms'],
    [999, '999 ms'],
    [999.6, '1.0 s'],
    [9_949, '9.9 s'],
    [9_960, '10 s'],
    [59_600, '1 min'],
    [3_600_000, '1 h'],
    [200_000_000, '2 d'],
  ])('say %d milliseconds', (ms, words) => {
    expect(durationInWords(ms)).toBe(words);
  });

  it.each([
    ['user:default/ana', 'ana'],
    ['user:default/ana via plugin:scaffolder', 'ana'],
    ['external:registry', 'registry'],
    ['ana', 'ana'],
  ])('name %s', (ref, name) => {
    expect(nameInWords(ref)).toBe(name);
  });

  it.each([
    ['local:deployments', 'deployments'],
    ['https://github.com/acme/deployments', 'acme/deployments'],
    ['https://git.example.com/a/b/deploy.git', 'a/b/deploy'],
  ])('call the repository %s %s', (repository, name) => {
    expect(repositoryInWords(repository)).toBe(name);
  });

  it('cut a sentence at the references in it', () => {
    expect(
      partsOfSentence('Waiting for group:default/platform, not for them.'),
    ).toEqual([
      { text: 'Waiting for ' },
      { ref: 'group:default/platform' },
      { text: ', not for them.' },
    ]);
    expect(partsOfSentence('')).toEqual([]);
  });

  it.each([
    ['Approved by user:default/pia.', 'Approved by pia.'],
    ['user:default/a.b commented', 'a.b commented'],
    [
      'It belongs to group:default/shop or user:default/ana; ask them.',
      'It belongs to shop or ana; ask them.',
    ],
    ['See https://example.com/user/x', 'See https://example.com/user/x'],
    ['in local:deployments', 'in local:deployments'],
  ])('put names into %s', (sentence, words) => {
    expect(namesInWords(sentence)).toBe(words);
  });
});
