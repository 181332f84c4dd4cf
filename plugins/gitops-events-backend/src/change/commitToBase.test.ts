import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import type { CommitOutcome } from '@gitops-events/plugin-gitops-events-node';
import type { Change, ChangeRevision } from '../store/changeRow';
import type { Stop } from '../store/stops';
import { writeChange } from './writeChange';
import type { WriteContext } from './writeResult';

const intent = 'a'.repeat(40);
const ours = 'b'.repeat(40);
const change = {
  ...{ id: 'c1', state: 'sealed', direct: true },
  ...{ repository: 'local:r', branch: 'gitops-events/c1', base: 'main' },
  ...{ mode: 'auto', approvalsNeeded: 0 },
} as Change;
const revision = {
  ...{ revision: 1, baseCommit: intent, judgedBy: 'checks' },
  ...{ verdicts: [], mergesItself: true, files: [], diff: [{}], sealedAt: 0 },
} as unknown as ChangeRevision;
const deny: Verdict = { check: 'c', verdict: 'deny', reasons: ['No.'] };
const stop: Stop = {
  ...{ seq: 1, id: 's', version: 1, scope: { kind: 'all' } },
  ...{ by: 'user:default/pia', at: 0, reason: 'An incident.' },
};

/** What comes of it, and what the host was asked to write; `landed`: an earlier call made the commit. */
async function write(
  how: {
    landed?: boolean;
    commit?: CommitOutcome;
    change?: Partial<Change>;
    revision?: Partial<ChangeRevision>;
  } & Partial<Pick<WriteContext, 'judgedBy' | 'stop' | 'reverted'>>,
) {
  const written: string[] = [];
  const host = {
    head: async () => (how.landed ? 'c'.repeat(40) : intent),
    findCommit: async ({ line }: { line: string }) =>
      how.landed && line === 'GitOps-Change: c1' ? ours : undefined,
    get: async () => undefined,
    commit: async ({ branch }: { branch: string }) => {
      written.push(branch);
      return how.commit ?? { outcome: 'committed', commit: ours };
    },
  };
  const result = await writeChange({
    host: host as unknown as WriteContext['host'],
    change: { ...change, ...how.change },
    revision: { ...revision, ...how.revision },
    intent,
    approvals: 0,
    judgedBy: how.judgedBy ?? 'checks',
    ...{ stop: how.stop, reverted: how.reverted },
    author: { name: 'n', email: 'e' },
    hasNewcomers: async () => false,
    now: 1,
  });
  return { result, written };
}
const cancelled: Partial<Change> = {
  asked: { what: 'cancel', by: 'user:default/ana' },
};

describe('commitToBase', () => {
  it.each<[string, Parameters<typeof write>[0]]>([
    ['it is to be committed', {}],
    ['others judge it now', { judgedBy: 'others' }],
    ['a check denies it', { revision: { verdicts: [deny] } }],
    ['somebody cancelled it', { change: cancelled }],
    ['it is stopped', { stop }],
    ['a revert holds a member', { reverted: true }],
    ['nothing is left of it', { revision: { revision: 2, diff: [] } }],
  ])('finds what an earlier call committed, when %s', async (_, how) => {
    const { result, written } = await write({ ...how, landed: true });
    expect(result).toMatchObject({
      ...{ result: 'ended', end: 'merged', mergeCommit: ours },
    });
    expect(written).toEqual([]);
  });

  it.each<[string, Parameters<typeof write>[0], object]>([
    ['others judge it now', { judgedBy: 'others' }, { result: 'judgeAgain' }],
    [
      'a check denies it',
      { revision: { verdicts: [deny] } },
      { result: 'moved', change: { direct: false } },
    ],
    [
      'somebody cancelled it',
      { change: cancelled },
      { result: 'ended', end: 'cancelled', by: 'user:default/ana' },
    ],
    ['it is stopped', { stop }, { result: 'stopped' }],
    ['a revert holds a member', { reverted: true }, { result: 'sortAgain' }],
    [
      'base has all of it',
      { revision: { diff: [] } },
      { result: 'ended', end: 'alreadySo' },
    ],
  ])('writes nothing when %s', async (_, how, expected) => {
    const { result, written } = await write(how);
    expect(result).toMatchObject(expected);
    expect(written).toEqual([]);
  });

  it('commits to base, and renders again where that has moved', async () => {
    expect(await write({})).toMatchObject({
      result: { result: 'ended', end: 'merged', mergeCommit: ours },
      written: ['main'],
    });
    const stale = { outcome: 'stale', head: 'd'.repeat(40) } as const;
    expect(await write({ commit: stale })).toMatchObject({
      result: { result: 'renderAgain' },
      written: ['main'],
    });
  });
});
