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
import { planRevert, type RevertConflict, type RevertPlan } from './planRevert';
import { readLater } from './readLater';
import type { RevertedPart, RevertedRun } from './readReverted';
import { revertInput } from './revertInput';
import type { RevertChoice } from './revertedEdit';

/** A part of a run with what taking it back comes to now. */
export interface PlannedPart {
  part: RevertedPart;
  tree: FileTree;
  plan: RevertPlan;
  /** Names what is written and what is asked; the same while those are. */
  digest: string;
}

/** Plans each part on its branch as that is now; what somebody changed since is left alone. */
export function planParts({ parts }: RevertedRun): Promise<PlannedPart[]> {
  return Promise.all(
    parts.map(async part => {
      const { effect, host, head } = part;
      const tree = baseTree(host, effect.repository, head);
      const plan = await planRevert(part.edits, tree, {});
      const after = new FileTree(paths => tree.read(paths));
      after.write(...plan.files);
      const content = diffHash(await after.changes());
      const asked = plan.conflicts.map(({ edit, seen }) => [edit.id, seen]);
      return { part, tree, plan, digest: sha256([content, asked]) };
    }),
  );
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
  const keep = Object.fromEntries(
    plan.conflicts.map(({ edit, seen }): [string, RevertChoice] => [
      edit.id,
      { choice: 'keep', seen },
    ]),
  );
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
