import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import type { Change } from '../store/changeRow';
import type { Candidate, Draft, Leaver } from './candidate';
import {
  addTo,
  held,
  newDraft,
  shareOf,
  superseded,
  tryOn,
  type Tried,
} from './draft';
import type { FoldOptions } from './foldRuns';
import { pointless } from './pointless';

/** More files are not put into one change. */
const MAX_FILES = 300;

/** `in`: it joined a draft, or found all as it wants it; `later`: it stays pending, and its key with it. */
type Placed = 'in' | 'bad' | 'later';

/** Candidates being sorted into drafts and leavers, key by key. */
export class Fold {
  readonly drafts: Draft[] = [];
  readonly leavers: Leaver[] = [];
  /** By owner, the one that takes more. */
  private readonly shared = new Map<string, Draft>();
  /** By change key, the shared one that has runs of it. */
  private readonly sharedBy = new Map<string, Draft>();
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
      if (!replaced) return this.placeAll(left);
      left.pop();
      if ((await this.place(last)) === 'in') {
        for (const one of earlier) this.leavers.push(superseded(one, last));
        return undefined;
      }
      // The newest was bad and left alone; the one before it counts again.
    }
    return undefined;
  }

  private async placeAll(candidates: Candidate[]): Promise<void> {
    for (const one of candidates) {
      if ((await this.place(one)) === 'later') return;
    }
  }

  private async place(candidate: Candidate): Promise<Placed> {
    const key = shareOf(candidate.effect);
    const { into } = this.options;
    if (into) return this.join(candidate, this.ownDraft('', into));
    const existing = this.own.get(key);
    if (existing) return this.join(candidate, existing);
    if (candidate.run.mode === 'auto' && !candidate.effect.input.revert) {
      const shared = await this.share(candidate);
      if (shared !== 'needsPerson') return shared;
    }
    return this.join(candidate, this.ownDraft(key));
  }

  /** Into the draft that has runs of its key, else the last one of its owner or, where that is full, the next. */
  private async share(candidate: Candidate): Promise<Placed | 'needsPerson'> {
    const key = candidate.effect.changeKey;
    const owner = candidate.run.ownerRef;
    const before = this.sharedBy.get(key);
    const last = before ?? this.shared.get(owner);
    const next = newDraft(this.options.base);
    for (const draft of last ? [last, next] : [next]) {
      const tried = await tryOn(this.options.effects, candidate, draft.tree);
      if ('reason' in tried) return this.refuse(candidate, tried.reason);
      const fits = tried.mergesItself && hasRoom(draft, tried.files);
      if (fits) {
        this.sharedBy.set(key, draft);
        if (!before) this.shared.set(owner, draft);
        return this.accept(candidate, draft, tried);
      }
      // Nobody was there: alone it is the same, and judged already.
      if (draft.members.length === 0) {
        return this.accept(candidate, this.ownDraft(key), tried);
      }
      if (!tried.mergesItself) return 'needsPerson';
      // In another change it could overtake the run before it.
      if (before) return 'later';
    }
    return 'later';
  }

  private async join(candidate: Candidate, draft: Draft): Promise<Placed> {
    const tried = await tryOn(this.options.effects, candidate, draft.tree);
    return 'reason' in tried
      ? this.refuse(candidate, tried.reason)
      : this.accept(candidate, draft, tried);
  }

  private accept(candidate: Candidate, draft: Draft, tried: Tried): Placed {
    const nothing = tried.files.length === 0 && draft.members.length === 0;
    if (nothing && !draft.replaces) {
      const { effect } = candidate;
      this.leavers.push({ effect, outcome: { outcome: 'alreadySo' } });
      return 'in';
    }
    addTo(draft, candidate, tried);
    if (!this.drafts.includes(draft)) this.drafts.push(draft);
    return 'in';
  }

  private refuse(candidate: Candidate, reason: Reason): Placed {
    this.leavers.push(held(candidate, reason));
    return 'bad';
  }

  private ownDraft(key: string, replaces?: Change): Draft {
    const draft = this.own.get(key) ?? newDraft(this.options.base, replaces);
    this.own.set(key, draft);
    return draft;
  }
}

function hasRoom({ paths }: Draft, files: FileWrite[]): boolean {
  const added = files.filter(({ path }) => !paths.has(path));
  return paths.size + added.length <= MAX_FILES;
}
