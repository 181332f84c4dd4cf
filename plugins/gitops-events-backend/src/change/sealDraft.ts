import type { Knex } from 'knex';
import { diffFiles, diffHash } from '../render/diff';
import type {
  ChangeHost,
  FileWrite,
} from '@gitops-events/plugin-gitops-events-node';
import type { Change, ChangeRevision } from '../store/changeRow';
import type { SealedChange } from '../store/insertSealed';
import { readChange } from '../store/readChange';
import { isOrphaned } from '../store/restoredOrphans';
import type { TimelineRow } from '../timeline/append';
import type { Draft, Leaver } from './candidate';
import { judgedNext } from './judgedNext';
import { branchOf, changeIdOf } from './changeId';
import { storyOf } from './changeStory';
import { cleanTexts } from './cleanTexts';

/** Fixes the content of a draft; a draft that changes nothing has only leavers, who find it already so. */
export async function sealDraft(options: {
  draft: Draft;
  host: ChangeHost;
  repository: string;
  base: string;
  baseCommit: string;
  knex: Knex;
  portalUrl: string;
  judgedBy: string;
  now: number;
}): Promise<SealedChange | { leavers: Leaver[] }> {
  const { draft, host, repository, base, baseCommit, knex, now } = options;
  const pairs = await draft.tree.changes();
  const diff = diffFiles(pairs);
  if (diff.length === 0 && !draft.replaces) {
    return {
      leavers: draft.members.map(({ effect }) => ({
        effect,
        outcome: { outcome: 'alreadySo' },
      })),
    };
  }

  const { id, earlier } = draft.replaces
    ? { id: draft.replaces.id, earlier: draft.replaces }
    : await nameOf(
        knex,
        repository,
        draft.members.map(({ effect }) => effect.effectId),
      );
  const story = storyOf(id, draft, options.portalUrl);
  const { body, message } = await cleanTexts(
    story,
    draft.members[0].effect.input.pullRequest.body,
  );
  const revision = (earlier?.revision ?? 0) + 1;
  const change: Change = {
    ...describe(draft),
    id,
    host: host.name,
    repository,
    base,
    branch: branchOf(id),
    direct: isDirect(draft, earlier),
    // One that is open stands as it does.
    draft: earlier?.pullNumber === undefined ? isDraft(draft) : earlier.draft,
    title: story.title,
    body,
    state: 'sealed',
    revision,
    headCommit: earlier?.headCommit,
    pullNumber: earlier?.pullNumber,
    pullUrl: earlier?.pullUrl,
    conflicts: earlier?.conflicts ?? 0,
    attempt: 0,
    dueAt: now,
    version: earlier?.version ?? 0,
    createdAt: earlier?.createdAt ?? now,
  };
  return {
    change,
    revision: {
      changeId: id,
      revision,
      baseCommit,
      expectedHead: earlier?.headCommit,
      files: pairs.map(({ path, before, after }) => ({
        path,
        mode: (after ?? before)!.mode as FileWrite['mode'],
        content: after?.content,
      })),
      diff,
      diffHash: diffHash(pairs, diff),
      verdicts: draft.verdicts,
      judgedBy: options.judgedBy,
      ...judgedNext(draft.verdicts, 0, now),
      mergesItself: draft.mergesItself,
      message,
      sealedAt: now,
    },
    members: draft.members.map(({ effect, record }) => ({
      effectId: effect.effectId,
      edits: record,
    })),
  };
}

/** They go on under the name they had; another one where its pull request is over, or about to be. */
async function nameOf(
  knex: Knex,
  repository: string,
  effectIds: string[],
): Promise<{ id: string; earlier?: Change }> {
  for (let id = changeIdOf(effectIds); ; id = changeIdOf([...effectIds, id])) {
    if (await isOrphaned(knex, repository, branchOf(id))) continue;
    const earlier = await readChange(knex, id);
    if (!earlier || goesOn(earlier)) return { id, earlier };
  }
}

/** What ended because its runs are held left its pull request open. */
function goesOn({ end, asked }: Change): boolean {
  const isClosing = asked !== undefined && asked.what !== 'merge';
  return !isClosing && (end === undefined || end === 'failed');
}

/** Whether its pull request is opened as a draft: what merges by itself would not stay one. */
function isDraft({ members, mergesItself }: Draft): boolean {
  const asked = members.some(
    ({ effect }) => effect.input.pullRequest.draft === true,
  );
  return asked && !mergesItself;
}

/** What was proposed once stays a pull request. */
function isDirect({ direct, mergesItself }: Draft, earlier?: Change): boolean {
  return direct && mergesItself && (earlier?.direct ?? true);
}

/** What the members of a draft have in common. */
function describe(
  draft: Draft,
): Pick<
  Change,
  | 'changeKey'
  | 'sensor'
  | 'ownerRef'
  | 'entityRef'
  | 'entityOwnerRef'
  | 'target'
  | 'mode'
  | 'labels'
  | 'approvalsNeeded'
> {
  const { members } = draft;
  const first = members[0].run;
  const inputs = members.map(({ effect }) => effect.input);
  const same = members.every(({ run }) => run.entityRef === first.entityRef);
  const target = JSON.stringify(first.target);
  const sameTarget = members.every(
    ({ run }) => JSON.stringify(run.target) === target,
  );
  return {
    changeKey: draft.changeKey,
    sensor: first.sensor,
    ownerRef: first.ownerRef,
    entityRef: same ? first.entityRef : undefined,
    entityOwnerRef: same ? first.entityOwnerRef : undefined,
    target: sameTarget ? first.target : undefined,
    mode: members.every(({ run }) => run.mode === 'auto') ? 'auto' : 'propose',
    labels: [
      ...new Set(inputs.flatMap(({ pullRequest }) => pullRequest.labels)),
    ],
    approvalsNeeded: draft.approvalsNeeded,
  };
}

/** The lines that a sealed change adds to its timeline. */
export function renderedLines({
  change,
  revision,
}: SealedChange): TimelineRow[] {
  const sum = (key: 'additions' | 'deletions') =>
    revision.diff.reduce((total, file) => total + file[key], 0);
  const line = (kind: TimelineRow['kind'], data: Record<string, unknown>) => ({
    kind,
    changeId: change.id,
    data,
    at: revision.sealedAt,
  });
  return [
    line('changeRendered', {
      revision: revision.revision,
      files: revision.diff.length,
      additions: sum('additions'),
      deletions: sum('deletions'),
    }),
    judgedLine(change, revision, revision.sealedAt),
  ];
}

/** What the checks said. */
export function judgedLine(
  { id }: Pick<Change, 'id'>,
  { verdicts }: Pick<ChangeRevision, 'verdicts'>,
  at: number,
): TimelineRow {
  return { kind: 'policyJudged', changeId: id, data: { verdicts }, at };
}
