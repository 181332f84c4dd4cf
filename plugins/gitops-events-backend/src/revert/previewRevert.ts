import { createHash } from 'node:crypto';
import type {
  RevertConflict as ConflictView,
  RevertPreview,
} from '@gitops-events/plugin-gitops-events-common';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';
import { baseTree } from '../change/baseTree';
import type { SealContext } from '../change/sealBase';
import { findSecrets } from '../policy/findSecrets';
import { rehearseChange } from '../rehearse/rehearseChange';
import { diffFiles, diffHash } from '../render/diff';
import { FileTree } from '../render/fileTree';
import { shownValue } from '../render/shownValue';
import { decodeText } from '../render/text';
import { planRevert, type RevertPlan } from './planRevert';
import { readLater } from './readLater';
import { branchKey, type RevertedPart, type RevertedRun } from './readReverted';
import type { RevertConflict } from './revertConflict';
import { revertInput } from './revertInput';
import { keepAll } from './revertChoices';

/** A part of a run with what taking it back comes to now. */
export interface PlannedPart {
  part: RevertedPart;
  tree: FileTree;
  plan: RevertPlan;
  /** Names what is written and what is asked; the same while those are. */
  digest: string;
}

/**
 * Plans the parts in the order they are taken back, the last one first: each on its
 * branch as that is now, without what is taken back before it. What somebody
 * changed since is left alone.
 */
export async function planParts({
  parts,
}: RevertedRun): Promise<PlannedPart[]> {
  const planned: PlannedPart[] = [];
  const branches = new Map<string, { tree: FileTree; plan?: RevertPlan }>();
  for (const part of [...parts].reverse()) {
    const { host, head, effect } = part;
    const key = branchKey(effect);
    const { tree, plan: later } = branches.get(key) ?? {
      tree: baseTree(host, effect.repository, head),
    };
    const plan = await planRevert(part.edits, tree, {}, later?.standing);
    const after = new FileTree(paths => tree.read(paths));
    after.write(...plan.files);
    branches.set(key, { tree: after, plan });
    const content = diffHash(await after.changes());
    const asked = [...plan.conflicts, ...plan.followers].map(
      ({ edit, seen }) => [edit.id, seen],
    );
    planned.push({ part, tree, plan, digest: sha256([content, asked]) });
  }
  return planned;
}

/** Stands for what a person is shown of a revert. */
export function previewDigest(planned: PlannedPart[]): string {
  return sha256(
    planned.map(({ part: { effect }, digest }) => [effect.effectId, digest]),
  );
}

/** What a revert would write, judged as it will be, and what it would hold. Writes nothing. */
export async function previewRevert(
  context: SealContext,
  reverted: RevertedRun,
): Promise<RevertPreview> {
  const planned = await planParts(reverted);
  const { run, parts } = reverted;
  return {
    runId: run.id,
    title: run.title,
    digest: previewDigest(planned),
    cancels: !run.end,
    changes: await Promise.all(
      planned.map(one => viewPart(context, reverted, one)),
    ),
    held: await readLater(
      context.knex,
      run,
      parts.map(({ effect }) => effect.changeKey),
    ),
  };
}

async function viewPart(
  context: SealContext,
  { run, events }: RevertedRun,
  { part, tree, plan }: PlannedPart,
): Promise<RevertPreview['changes'][number]> {
  const { repository, base, stepId } = part.effect;
  const about = { repository, base };
  const keep = keepAll([...plan.conflicts, ...plan.followers]);
  const rehearsed = await rehearseChange({
    run,
    events,
    stepId,
    input: revertInput(run, part, { by: '', comment: '', choices: keep }),
    tree,
    effects: context.foldEffects(repository, base),
  });
  if ('reason' in rehearsed) {
    const { message } = rehearsed.reason;
    return {
      ...about,
      files: [],
      conflicts: await viewConflicts(plan.conflicts, tree, true),
      verdicts: [],
      mergesItself: false,
      approvalsNeeded: 0,
      refused: message,
    };
  }
  const { diff, verdicts, mergesItself, approvalsNeeded } = rehearsed;
  const denied = verdicts.find(({ verdict }) => verdict === 'deny');
  return {
    ...about,
    files: diff,
    conflicts: await viewConflicts(plan.conflicts, tree, rehearsed.withheld),
    verdicts,
    mergesItself,
    approvalsNeeded,
    ...(denied && {
      refused: `Policy denies it: ${[denied.check, ...denied.reasons].join(', ')}`,
    }),
  };
}

function viewConflicts(
  conflicts: RevertConflict[],
  tree: FileTree,
  withheld: boolean,
): Promise<ConflictView[]> {
  return Promise.all(
    conflicts.map(async ({ edit, now, written }) => {
      const { id, file, path, before, after } = edit;
      const shown = (value: unknown) =>
        value === undefined || path === undefined
          ? undefined
          : shownValue(path, value);
      const alone = new FileTree(paths => tree.read(paths));
      if (written) alone.write(written);
      const [write] = diffFiles(await alone.changes());
      const isWithheld = withheld || (await holdsSecret(written));
      return {
        id,
        file,
        ...(path !== undefined && { path }),
        ...defined({
          before: shown(before),
          after: shown(after),
          now: shown(now),
        }),
        ...(write && { write: isWithheld ? { ...write, patch: '' } : write }),
      };
    }),
  );
}

/** What was there before may be just what a run took away. */
async function holdsSecret(written: FileWrite | undefined): Promise<boolean> {
  if (!written?.content) return false;
  const text = decodeText(written.content);
  if (text === undefined) return false;
  return (await findSecrets(written.path, text)).length > 0;
}

function defined(texts: Record<string, string | undefined>) {
  return Object.fromEntries(
    Object.entries(texts).filter(([, text]) => text !== undefined),
  );
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
