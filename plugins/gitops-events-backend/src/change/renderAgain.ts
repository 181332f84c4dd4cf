import { crashPoint } from '../pipeline/crashPoint';
import type { Knex } from 'knex';
import type { Change, ChangeRevision } from '../store/changeRow';
import { insertSealed, type SealedChange } from '../store/insertSealed';
import { readRevision } from '../store/readChange';
import { saveChange } from '../store/saveChange';
import { updateVerdicts } from '../store/updateVerdicts';
import { leaveEffects } from '../store/leaveEffects';
import { readMembers } from '../store/readMembers';
import { baseTree } from './baseTree';
import { appendTimeline } from '../timeline/append';
import { foldRuns } from './foldRuns';
import { endChange } from './endChange';
import { leaveChange } from './leaveChange';
import { renderedLines, sealDraft } from './sealDraft';
import { candidatesOf, type SealContext } from './sealBase';

/** A check that cannot judge is asked again after this many milliseconds. */
const LOOK_AGAIN_MS = 30_000;

/**
 * Seals the members of a change again on the present head of its base, as the
 * next revision. The same diff keeps its verdicts and approvals, since those
 * belong to its hash; another one is judged and asked again.
 */
export async function renderAgain(
  context: SealContext,
  change: Change,
  delayMs: number,
): Promise<void> {
  const { knex, commits } = context;
  const now = Date.now();
  const host = context.hosts.find(one => one.name === change.host)!;
  const head = await host.head(change.repository, change.base);
  if (!head) {
    const reason = {
      code: 'baseGone',
      message: `${change.repository} has no branch ${change.base} any more. Make it again, then release.`,
    };
    await commits.run(tx =>
      leaveChange(tx, change, { outcome: 'held', reason, now }),
    );
    return;
  }
  const candidates = await candidatesOf(
    context,
    await readMembers(knex, change.id),
  );
  const { drafts, leavers } = await foldRuns({
    candidates,
    base: baseTree(host, change.repository, head),
    open: new Map(),
    into: change,
    effects: context.foldEffects(change.repository, change.base),
  });

  const [draft] = drafts;
  const sealed =
    draft &&
    (await sealDraft({
      draft,
      host,
      repository: change.repository,
      base: change.base,
      baseCommit: head,
      knex,
      portalUrl: context.portalUrl,
      now,
    }));
  await commits.run(async tx => {
    await leaveEffects(tx, leavers, now);
    if (!sealed || !('change' in sealed) || sealed.revision.diff.length === 0) {
      return endChange(tx, change, { end: 'alreadySo', now });
    }
    if (await sameAsBefore(tx, change, sealed)) {
      await updateVerdicts(tx, change, sealed.revision);
      await saveChange(tx, {
        ...change,
        claimedBy: undefined,
        dueAt: now + (unjudged(sealed.revision) ? LOOK_AGAIN_MS : 0),
      });
      return [];
    }
    const next = {
      ...sealed,
      change: {
        ...sealed.change,
        version: change.version,
        conflicts: change.conflicts + 1,
        asked: change.asked,
        dueAt: now + delayMs,
      },
    };
    if (!(await insertSealed(tx, next))) return [];
    await appendTimeline(tx, renderedLines(next));
    return [
      {
        what: 'seal',
        change: change.id,
        revision: next.revision.revision,
        diff: next.revision.diffHash,
      },
    ];
  });
  crashPoint('seal');
}

/** Same content on the same base: only its verdicts may be news. */
async function sameAsBefore(
  tx: Knex,
  change: Change,
  { revision }: SealedChange,
): Promise<boolean> {
  const before = await readRevision(tx, change);
  return (
    before.diffHash === revision.diffHash &&
    before.baseCommit === revision.baseCommit
  );
}

function unjudged({ verdicts }: ChangeRevision): boolean {
  return verdicts.some(({ verdict }) => verdict === 'cannot');
}
