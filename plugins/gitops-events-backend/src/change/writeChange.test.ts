import type {
  ChangeHost,
  CommitOutcome,
  MergeOutcome,
  PullRequest,
} from '@gitops-events/plugin-gitops-events-node';
import type { Change, ChangeRevision } from '../store/changeRow';
import { writeChange } from './writeChange';

const ours = 'a'.repeat(40);
const theirs = 'b'.repeat(40);
const pull: PullRequest = {
  number: 7,
  state: 'open',
  branch: 'gitops-events/1',
  base: 'main',
  head: ours,
  title: 't',
};
const change = {
  id: 'c1',
  repository: 'local:r',
  branch: 'gitops-events/1',
  base: 'main',
  mode: 'auto',
  approvalsNeeded: 1,
  headCommit: ours,
  pullNumber: 7,
} as Change;
const revision = {
  verdicts: [],
  mergesItself: true,
  files: [],
  diff: [{}],
  sealedAt: 0,
} as unknown as ChangeRevision;

/** Answers as it is told, and remembers what it was asked. */
class ScriptedHost {
  readonly calls: string[] = [];

  constructor(
    private readonly answers: {
      commit?: CommitOutcome;
      merge?: MergeOutcome;
      pull?: Partial<PullRequest> | null;
    },
  ) {}

  async commit() {
    this.calls.push('commit');
    return this.answers.commit!;
  }
  async propose() {
    this.calls.push('propose');
    return { ...pull, ...this.answers.pull };
  }
  async get() {
    this.calls.push('get');
    return this.answers.pull === null
      ? undefined
      : { ...pull, ...this.answers.pull };
  }
  async comment() {
    this.calls.push('comment');
  }
  async merge() {
    this.calls.push('merge');
    return this.answers.merge!;
  }
  async close() {
    this.calls.push('close');
    return { ...pull, state: 'closed' as const, ...this.answers.pull };
  }
}

const write = async (
  state: Change['state'],
  answers: ConstructorParameters<typeof ScriptedHost>[0],
  more: {
    change?: Partial<Change>;
    revision?: Partial<ChangeRevision>;
    approvals?: number;
    hasNewcomers?: boolean;
  } = {},
) => {
  const host = new ScriptedHost(answers);
  const result = await writeChange({
    host: host as unknown as ChangeHost,
    change: { ...change, ...more.change, state },
    revision: { ...revision, ...more.revision },
    approvals: more.approvals ?? 0,
    author: { name: 'n', email: 'e' },
    hasNewcomers: async () => more.hasNewcomers ?? false,
    now: 1,
  });
  return { result, calls: host.calls };
};
const person = { mergesItself: false };

describe('writeChange', () => {
  it.each<
    [
      string,
      Awaited<ReturnType<typeof write>>['result']['result'],
      () => ReturnType<typeof write>,
    ]
  >([
    [
      'sealed, committed',
      'moved',
      () => write('sealed', { commit: { outcome: 'committed', commit: ours } }),
    ],
    [
      'sealed, branch moved by a person',
      'held',
      () =>
        write('sealed', {
          commit: { outcome: 'stale', head: theirs },
          pull: { head: theirs },
        }),
    ],
    [
      'sealed, branch gone since merged by hand',
      'ended',
      () =>
        write('sealed', {
          commit: { outcome: 'stale', head: undefined },
          pull: { state: 'merged', endedBy: 'Dana' },
        }),
    ],
    ['committed, opened', 'moved', () => write('committed', {})],
    [
      'committed, was closed before',
      'ended',
      () => write('committed', { pull: { state: 'closed', endedBy: 'Dana' } }),
    ],
    [
      'committed, was merged before',
      'ended',
      () =>
        write('committed', { pull: { state: 'merged', mergeCommit: ours } }),
    ],
    [
      'proposed, merged',
      'ended',
      () => write('proposed', { merge: { outcome: 'merged', commit: ours } }),
    ],
    [
      'proposed, base moved',
      'renderAgain',
      () =>
        write('proposed', { merge: { outcome: 'conflict', baseHead: theirs } }),
    ],
    [
      'proposed, head moved',
      'held',
      () =>
        write('proposed', {
          merge: { outcome: 'stale', head: theirs },
          pull: { head: theirs },
        }),
    ],
    [
      'proposed, closed meanwhile',
      'ended',
      () =>
        write('proposed', {
          merge: { outcome: 'stale', head: undefined },
          pull: { state: 'closed', endedBy: 'Dana' },
        }),
    ],
    [
      'proposed, the host says not yet',
      'waiting',
      () =>
        write('proposed', {
          merge: { outcome: 'blocked', message: 'A check runs.' },
        }),
    ],
    [
      'proposed, needs a person',
      'waiting',
      () => write('proposed', {}, { revision: person }),
    ],
    [
      'waiting, still',
      'waiting',
      () => write('waiting', {}, { revision: person }),
    ],
    [
      'waiting, merged by hand',
      'ended',
      () =>
        write(
          'waiting',
          { pull: { state: 'merged', endedBy: 'Dana' } },
          { revision: person },
        ),
    ],
    [
      'waiting, approved',
      'ended',
      () =>
        write(
          'waiting',
          { merge: { outcome: 'merged', commit: ours } },
          { revision: person, approvals: 1 },
        ),
    ],
    [
      'waiting, taken over',
      'held',
      () => write('waiting', { pull: { head: theirs } }, { revision: person }),
    ],
    [
      'waiting, asked to close',
      'ended',
      () =>
        write(
          'waiting',
          {},
          { change: { asked: { what: 'close', by: 'user:default/pia' } } },
        ),
    ],
  ])('%s: %s', async (_, expected, run) => {
    const { result } = await run();
    expect(result.result).toBe(expected);
  });

  it('never asks the host to merge what waits for a person', async () => {
    for (const state of ['proposed', 'waiting'] as const) {
      const { calls } = await write(state, {}, { revision: person });
      expect(calls).toEqual(['get']);
    }
  });

  it.each([
    ['sealed', ours, 'its branch is gone before the newer is committed', true],
    ['committed', ours, 'it ended before the newer was committed', true],
    ['waiting', ours, 'the host said late that it had ended', true],
    ['committed', theirs, 'it has the newer content', false],
    ['waiting', theirs, 'it has the newer content', false],
  ] as const)(
    'a content that replaced another, %s: %#',
    async (state, head, _, earlier) => {
      for (const ended of ['merged', 'closed'] as const) {
        const { result } = await write(
          state,
          {
            commit: { outcome: 'stale', head: undefined },
            pull: { state: ended, head, endedBy: 'Dana' },
          },
          {
            revision: { ...person, expectedHead: ours },
            change: { headCommit: state === 'sealed' ? ours : theirs },
            hasNewcomers: true,
          },
        );
        expect([result.result, 'earlier' in result]).toEqual([
          'ended',
          earlier,
        ]);
      }
    },
  );

  it('counts a pull request that was merged while we closed it as merged', async () => {
    const { result } = await write(
      'waiting',
      { pull: { state: 'merged', mergeCommit: ours, endedBy: 'Dana' } },
      { change: { asked: { what: 'close', by: 'user:default/pia' } } },
    );
    expect(result).toMatchObject({
      result: 'ended',
      end: 'merged',
      mergeCommit: ours,
    });
  });

  it('tells the opened pull request once, however many revisions follow', async () => {
    const first = await write(
      'committed',
      {},
      { change: { pullNumber: undefined } },
    );
    const later = await write('committed', {});
    expect(first.result).toMatchObject({
      lines: [{ kind: 'pullRequestOpened' }],
    });
    expect(later.result).toMatchObject({ lines: [] });
  });
});
