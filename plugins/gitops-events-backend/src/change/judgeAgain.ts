import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import { FileTree } from '../render/fileTree';
import type { Change, ChangeRevision } from '../store/changeRow';
import type { ChainRecord } from '../store/chain';
import { readRevision } from '../store/readChange';
import { readMembers } from '../store/readMembers';
import { saveChange } from '../store/saveChange';
import { updateVerdicts } from '../store/updateVerdicts';
import { appendTimeline } from '../timeline/append';
import { baseTree } from './baseTree';
import { refusedBy, type Judged } from './foldRuns';
import { judgedNext } from './judgedNext';
import { renderAgain } from './renderAgain';
import { candidatesOf, type SealContext } from './sealBase';
import { judgedLine } from './sealDraft';

/**
 * Asks the checks again that could not judge a change, about the very content
 * that is sealed; the others keep their word. Where it is denied now, its members
 * are looked at one by one, and the bad ones leave.
 */
export async function judgeAgain(
  context: SealContext,
  change: Change,
): Promise<void> {
  const { knex, commits, hosts } = context;
  const revision = await readRevision(knex, change);
  const [first, ...others] = await candidatesOf(
    context,
    await readMembers(knex, change.id),
  );
  const host = hosts.find(one => one.name === change.host);
  if (!first || !host) return renderAgain(context, change);
  const { repository, base } = change;
  const below = baseTree(host, repository, revision.baseCommit);
  const tree = new FileTree(paths => below.read(paths));
  tree.write(...revision.files);
  const effects = context.foldEffects(repository, base, revision);
  const judged = await effects.judge([first, ...others], tree, { whole: true });
  if (refusedBy(judged)) return renderAgain(context, change);
  await commits.run(tx =>
    writeVerdicts(tx, change, revision, {
      ...judged,
      judgedBy: effects.judgedBy,
    }),
  );
  return undefined;
}

/** Nothing is written when a person decided meanwhile: it is looked at anew. */
async function writeVerdicts(
  tx: Knex,
  change: Change,
  before: ChangeRevision,
  judged: Judged & { judgedBy: string },
): Promise<ChainRecord[]> {
  const now = presentTime();
  const { verdicts, mergesItself, judgedBy, approvalsNeeded, direct } = judged;
  const next = judgedNext(verdicts, before.unjudged, now);
  const saved = await saveChange(tx, {
    ...change,
    approvalsNeeded,
    direct: change.direct && direct,
    claimedBy: undefined,
    dueAt: next.judgeAt ?? now,
  });
  if (!saved) return [];
  const revision = { ...before, verdicts, mergesItself, judgedBy, ...next };
  await updateVerdicts(tx, change, revision);
  if (JSON.stringify(verdicts) !== JSON.stringify(before.verdicts)) {
    await appendTimeline(tx, [judgedLine(change, revision, now)]);
  }
  return [];
}
