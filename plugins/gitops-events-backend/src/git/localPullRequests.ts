/*
 * Pull requests without a forge. Each step that changes something holds one
 * lock of the repository, first finds out what the repository itself says
 * (pullOutcome.ts), then acts. A kill between any two writes leaves one of these:
 *
 *   refs/pull/<n>/head without a record     the number is given again, the ref set anew
 *   refs/pull/<n>/merge, base not moved     still open; the next merge prepares anew
 *   base moved, record still open           the next look finds the merge in base
 *   record ended, branch still there        closing or merging again deletes it
 */
import { InputError, NotFoundError } from '@backstage/errors';
import type {
  ChangeHost,
  MergeOutcome,
  OpenPull,
  PullRequest,
} from '@gitops-events/plugin-gitops-events-node';
import { presentTime } from '../presentTime';
import { contains, mergeBase } from './ancestry';
import { branchRef } from '@gitops-events/plugin-gitops-events-node/git';
import type { GitRepository } from './gitRepository';
import { mergeTrees } from './mergeTrees';
import { pullHeadRef, pullMergeRef, pullOutcome } from './pullOutcome';
import { PullRecords, type PullRecord } from './pullRecords';

type Request<T extends 'propose' | 'merge' | 'close' | 'comment'> = Omit<
  Parameters<ChangeHost[T]>[0],
  'repository'
>;

export class LocalPullRequests {
  /** Heads at which an open one was found unchanged, to answer the next look without git. */
  private readonly unchangedAt = new Map<number, string>();

  private constructor(
    private readonly repository: GitRepository,
    private readonly records: PullRecords,
  ) {}

  static async open(repository: GitRepository): Promise<LocalPullRequests> {
    const records = await PullRecords.open(repository.directory);
    return new LocalPullRequests(repository, records);
  }

  async get(branch: string): Promise<PullRequest | undefined> {
    branchRef(branch);
    const record = await this.records.newestOf(branch);
    if (!record) return undefined;
    if (await this.isUnchanged(record)) return view(record);
    const present = await this.alone(() => this.refresh(record.number));
    await this.requireBase(present);
    return view(present);
  }

  /** Those that are open, of branches whose names begin so. */
  async open(prefix: string): Promise<OpenPull[]> {
    const open: OpenPull[] = [];
    for (const { number, branch } of await this.records.openOnes()) {
      if (!branch.startsWith(prefix)) continue;
      const record = await this.alone(() => this.refresh(number));
      const { state, title, createdAt } = record;
      if (state !== 'open') continue;
      open.push({ number, branch, title, openedAt: Date.parse(createdAt) });
    }
    return open;
  }

  propose(request: Request<'propose'>): Promise<PullRequest> {
    const { branch, base, title, body, labels, draft, reviewers } = request;
    branchRef(branch);
    return this.alone(async () => {
      const known = await this.records.newestOf(branch);
      if (known) return view(await this.describe(known.number, request));

      const baseHead = await this.repository.requireHead(base);
      const head = await this.repository.requireHead(branch);
      if (await contains(this.repository, baseHead, head)) {
        throw new InputError(
          `The branch ${JSON.stringify(branch)} has nothing that ${base} does not have`,
        );
      }
      const number = await this.records.nextNumber();
      await this.repository.refs.set(pullHeadRef(number), head);
      const record: PullRecord = {
        ...{ number, branch, base, title, body, labels, head },
        ...{ draft, reviewers, state: 'open' },
        createdAt: new Date(presentTime()).toISOString(),
      };
      await this.records.save(record);
      return view(record);
    });
  }

  merge(request: Request<'merge'>): Promise<MergeOutcome> {
    return this.alone(async () => {
      const record = await this.refresh(request.number);
      if (record.mergeCommit) {
        await this.tidy(record);
        const { mergeCommit: commit, endedBy } = record;
        return { outcome: 'merged', commit, endedBy };
      }
      if (record.state !== 'open') {
        const message = `Pull request ${record.number} is closed`;
        return { outcome: 'blocked', message };
      }
      if (
        record.head !== request.expectedHead ||
        record.base !== request.base
      ) {
        return { outcome: 'stale', head: record.head };
      }
      // Each turn is lost to a push that moved base in between.
      for (let turn = 0; turn < 5; turn++) {
        const outcome = await this.tryMerge(record, request);
        if (outcome) return outcome;
      }
      throw new Error(`${record.base} moves faster than it can be merged into`);
    });
  }

  close(request: Request<'close'>): Promise<PullRequest> {
    return this.alone(async () => {
      let record = await this.refresh(request.number);
      if (record.state === 'open') {
        record = {
          ...record,
          state: 'closed',
          closeReason: request.reason,
          endedAt: new Date(presentTime()).toISOString(),
        };
        await this.records.save(record);
      }
      if (record.state === 'closed') await this.tidy(record);
      return view(record);
    });
  }

  comment({ number, key, text }: Request<'comment'>): Promise<void> {
    return this.alone(async () => {
      const record = await this.refresh(number);
      if (record.comments?.[key] !== undefined) return;
      const comments = { ...record.comments, [key]: text };
      await this.records.save({ ...record, comments });
    });
  }

  /** A newer run replaced the content: the text of an open one follows. */
  private async describe(
    number: number,
    { title, body, draft: wanted }: Request<'propose'>,
  ): Promise<PullRecord> {
    const record = await this.refresh(number);
    const draft = wanted === false ? undefined : record.draft;
    const isSame =
      record.title === title && record.body === body && record.draft === draft;
    if (record.state !== 'open' || isSame) return record;
    const next = { ...record, title, body, draft };
    await this.records.save(next);
    return next;
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    return this.repository.locks.hold('gitops-events/pulls', work);
  }

  /** Undefined when base moved meanwhile. */
  private async tryMerge(
    record: PullRecord,
    { message, author }: Request<'merge'>,
  ): Promise<MergeOutcome | undefined> {
    const { repository } = this;
    const baseHead = await repository.requireHead(record.base);
    const ancestor = await mergeBase(repository, baseHead, record.head);
    if (!ancestor) return { outcome: 'conflict', baseHead };
    const tree = async (id: string) => (await repository.commit(id)).tree;
    const merged = await mergeTrees(
      {
        ancestor: await tree(ancestor),
        ours: await tree(baseHead),
        theirs: await tree(record.head),
      },
      repository.loadTree,
    );
    if (!merged) return { outcome: 'conflict', baseHead };

    const squash = repository.makeCommit({
      tree: merged.tree,
      parents: [baseHead],
      time: Math.floor(presentTime() / 1000),
      ...{ author, message },
    });
    await repository.write([...merged.objects, squash]);
    await repository.refs.set(pullMergeRef(record.number), squash.id);
    const outcome = await repository.writeAndSwap(
      branchRef(record.base),
      baseHead,
      [],
      squash.id,
    );
    if (!outcome.swapped) return undefined;
    const ended: PullRecord = {
      ...record,
      state: 'merged',
      draft: undefined,
      mergeCommit: squash.id,
      endedAt: new Date(presentTime()).toISOString(),
    };
    await this.records.save(ended);
    await this.tidy(ended);
    return { outcome: 'merged', commit: squash.id };
  }

  /**
   * Removes the branch of what we ended; refs/pull/<number>/head keeps its
   * commits. Only as we know it: what a person pushed since stays.
   */
  private async tidy({ branch, head, endedBy }: PullRecord): Promise<void> {
    if (endedBy === undefined) {
      await this.repository.refs.remove(branchRef(branch), head);
    }
  }

  /** Reads the record and mends it where the repository says otherwise. */
  private async refresh(number: number): Promise<PullRecord> {
    const { repository } = this;
    const record = await this.records.byNumber(number);
    if (!record) {
      throw new NotFoundError(
        `There is no pull request ${number} in ${repository.name}`,
      );
    }
    const stamp = await this.stampOf(record);
    const present = await pullOutcome(repository, record);
    if (present !== record) {
      if (present.head !== record.head) {
        await repository.refs.set(pullHeadRef(number), present.head);
      }
      await this.records.save(present);
    } else if (present.state === 'open') {
      this.unchangedAt.set(number, stamp);
    }
    if (present.state !== 'open') this.unchangedAt.delete(number);
    return present;
  }

  private async isUnchanged(record: PullRecord): Promise<boolean> {
    if (record.state !== 'open') return true;
    const stamp = this.unchangedAt.get(record.number);
    return stamp !== undefined && stamp === (await this.stampOf(record));
  }

  private async stampOf({ branch, base, head }: PullRecord): Promise<string> {
    const now = [branch, base].map(name => this.repository.head(name));
    return [head, ...(await Promise.all(now))].join(' ');
  }

  private async requireBase({
    state,
    base,
    number,
  }: PullRecord): Promise<void> {
    if (state === 'open' && !(await this.repository.head(base))) {
      throw new NotFoundError(
        `The branch ${JSON.stringify(base)} of ${this.repository.name} is gone; push it again, or close pull request ${number}`,
      );
    }
  }
}

function view(record: PullRecord): PullRequest {
  const { number, state, branch, base, head, title } = record;
  const { mergeCommit, endedBy, draft = false } = record;
  return {
    ...{ number, state, branch, base, head, mergeCommit, endedBy, title },
    draft,
  };
}
