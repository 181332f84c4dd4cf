import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import type { EditRecord } from '../render/renderEdits';
import { FileTree } from '../render/fileTree';
import type { Change } from '../store/changeRow';
import type { Candidate, Draft, Leaver } from './candidate';
import { refusedBy, type FoldOptions, type Judged } from './foldRuns';
import { pointless } from './pointless';

/** More files are not put into one change. */
const MAX_FILES = 300;

/** Candidates being sorted into drafts and leavers, key by key. */
export class Fold {
  readonly drafts: Draft[] = [];
  readonly leavers: Leaver[] = [];
  private readonly shared = new Map<string, Draft>();
  private readonly own = new Map<string, Draft>();

  constructor(private readonly options: FoldOptions) {}

  /** Candidates of one change key, in order. */
  async add(group: Candidate[]): Promise<void> {
    const left = [...group];
    while (left.length > 0) {
      const last = left[left.length - 1];
      const earlier = left.slice(0, -1);
      const replaced = earlier.every(one =>
        pointless(one.effect.input.edits, last.effect.input.edits),
      );
      if (!replaced) {
        for (const one of left) await this.place(one);
        return;
      }
      left.pop();
      if (await this.place(last)) {
        for (const one of earlier) this.leave(one, superseded(last));
        return;
      }
      // The newest was bad and left alone; the one before it counts again.
    }
  }

  /** @returns whether it joined a draft, or found all as it wants it */
  private async place(candidate: Candidate): Promise<boolean> {
    const key = candidate.effect.changeKey;
    const owner = candidate.run.ownerRef;
    const { into, open } = this.options;
    if (into) return this.join(candidate, this.ownDraft('', into));
    const replaces = open.get(key);
    if (replaces) return this.join(candidate, this.ownDraft(key, replaces));

    const existing = this.own.get(key);
    if (existing) return this.join(candidate, existing);
    if (candidate.run.mode === 'auto') {
      const shared = this.shared.get(owner) ?? this.newDraft();
      const tried = await this.try(candidate, shared.tree);
      if ('reason' in tried) return this.refuse(candidate, tried.reason);
      if (
        tried.mergesItself &&
        shared.paths.size + tried.files.length <= MAX_FILES
      ) {
        this.shared.set(owner, shared);
        return this.accept(candidate, shared, tried);
      }
      // Nobody was there: alone it is the same, and judged already.
      if (shared.members.length === 0) {
        return this.accept(candidate, this.ownDraft(key, undefined), tried);
      }
    }
    return this.join(candidate, this.ownDraft(key, undefined));
  }

  private async join(candidate: Candidate, draft: Draft): Promise<boolean> {
    const tried = await this.try(candidate, draft.tree);
    if ('reason' in tried) return this.refuse(candidate, tried.reason);
    return this.accept(candidate, draft, tried);
  }

  private async try(candidate: Candidate, before: FileTree) {
    const { effects } = this.options;
    const rendered = await effects.render(candidate, before);
    if ('reason' in rendered) return rendered;
    const after = over(before);
    after.write(...rendered.files);
    const judged = await effects.judge([candidate], after, {
      whole: false,
    });
    const refused = refusedBy(judged);
    return refused ? { reason: refused } : { ...rendered, ...judged };
  }

  private accept(
    candidate: Candidate,
    draft: Draft,
    tried: Judged & { files: FileWrite[]; record: EditRecord[] },
  ): boolean {
    if (
      tried.files.length === 0 &&
      draft.members.length === 0 &&
      !draft.replaces
    ) {
      this.leave(candidate, { outcome: 'alreadySo' });
      return true;
    }
    draft.tree.write(...tried.files);
    for (const { path } of tried.files) draft.paths.add(path);
    draft.members.push({ ...candidate, record: tried.record });
    draft.verdicts = tried.verdicts;
    draft.approvalsNeeded = tried.approvalsNeeded;
    draft.mergesItself &&= tried.mergesItself;
    if (draft.changeKey !== candidate.effect.changeKey) {
      draft.changeKey =
        draft.members.length === 1 ? candidate.effect.changeKey : undefined;
    }
    if (!this.drafts.includes(draft)) this.drafts.push(draft);
    return true;
  }

  private refuse(candidate: Candidate, reason: Reason): boolean {
    this.leave(candidate, { outcome: 'held', reason });
    return false;
  }

  private leave({ effect }: Candidate, outcome: Leaver['outcome']): void {
    this.leavers.push({ effect, outcome });
  }

  private ownDraft(key: string, replaces: Change | undefined): Draft {
    const draft = this.own.get(key) ?? { ...this.newDraft(), replaces };
    this.own.set(key, draft);
    return draft;
  }

  private newDraft(): Draft {
    return {
      tree: over(this.options.base),
      paths: new Set(),
      members: [],
      verdicts: [],
      approvalsNeeded: 0,
      mergesItself: true,
    };
  }
}

/** A tree on top of another, which stays as it is. */
function over(tree: FileTree): FileTree {
  return new FileTree(paths => tree.read(paths));
}

function superseded(by: Candidate): Leaver['outcome'] {
  return {
    outcome: 'superseded',
    reason: {
      code: 'superseded',
      message: `A newer run of the same change key sets the same values: ${by.run.title}`,
      detail: { run: by.run.id },
    },
  };
}
