import { ConflictError, NotFoundError } from '@backstage/errors';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { SealContext } from '../change/sealBase';
import { findBase } from '../change/findBase';
import { digest, type EditRecord, type KeptFile } from '../render/editRecord';
import { changeOf, type ChangeRevision } from '../store/changeRow';
import { effectOf, type Effect } from '../store/effectRow';
import { readRevision } from '../store/readChange';
import { readRun } from '../store/readRun';
import type { Run } from '../store/runRow';
import { seenDigest, type RevertedEdit } from './revertedEdit';

type File = { mode: string; content: Uint8Array };

/** What a run changed on one branch. */
export interface RevertedPart {
  effect: Effect;
  host: ChangeHost;
  /** The branch as it is now. */
  head: string;
  edits: RevertedEdit[];
}

/** A run with all that it merged. */
export interface RevertedRun {
  run: Run;
  /** Of the run, in order. */
  events: StoredEvent[];
  parts: RevertedPart[];
}

/**
 * Reads what a run has changed, with what each edit found before.
 *
 * @throws NotFoundError without that run, ConflictError where nothing of it can be taken back
 */
export async function readReverted(
  context: Pick<SealContext, 'knex' | 'hosts' | 'readEvents'>,
  runId: string,
): Promise<RevertedRun> {
  const { knex, hosts } = context;
  const run = await readRun(knex, runId);
  if (!run) throw new NotFoundError('There is no such run.');
  if (!run.end) {
    throw new ConflictError(
      'It is still under way and would go on. Cancel it or wait until it has ended, then take it back.',
    );
  }
  const uids = run.scope.events.map(({ uid }) => uid);
  const events = await context.readEvents(uids);
  const rows = await knex('effects')
    .where({ run_id: runId, state: 'member' })
    .orderBy('created_at');
  const parts: RevertedPart[] = [];
  for (const row of rows) {
    const effect = effectOf(row);
    const change = changeOf(
      await knex('changes').where({ id: effect.changeId }).first(),
    );
    if (change.end !== 'merged') continue;
    const target = await findBase(hosts, effect);
    if ('reason' in target) throw new ConflictError(target.reason.message);
    const records: EditRecord[] = JSON.parse(row.edits ?? '[]');
    const revision = await readRevision(knex, change);
    const edits = await withFiles(target.host, effect, revision, records);
    parts.push({ effect, ...target, edits });
  }
  if (parts.length > 1) {
    throw new ConflictError(
      'It has changed Git in several steps, which one revert cannot take back together yet. Change the files by hand.',
    );
  }
  if (parts.length === 0) {
    throw new ConflictError(
      'It has not changed anything in Git, so there is nothing to take back.',
    );
  }
  if (events.length < new Set(uids).size) {
    throw new ConflictError(
      'Its event is no longer kept, so its change cannot be judged again. Change the files by hand.',
    );
  }
  return { run, events, parts };
}

/** Whole files are kept as digests: what they stand for is in Git and in the sealed revision. */
async function withFiles(
  host: ChangeHost,
  { repository, effectId }: Effect,
  revision: ChangeRevision,
  records: EditRecord[],
): Promise<RevertedEdit[]> {
  const whole = records.filter(({ path }) => path === undefined);
  const paths = [...new Set(whole.map(({ file }) => file))];
  const inBase =
    paths.length === 0
      ? []
      : await host.read(repository, revision.baseCommit, paths);
  return records.map((record, at): RevertedEdit => {
    const edit = { ...record, id: seenDigest([effectId, at]) };
    if (record.path !== undefined) return edit;
    const beforeFile =
      record.overwrote ?? keptFile(inBase, record.file, record.before);
    const afterFile = keptFile(revision.files, record.file, record.after);
    return {
      ...edit,
      ...(beforeFile && { beforeFile }),
      ...(afterFile && { afterFile }),
    };
  });
}

/** The file of this digest, where it is there. */
function keptFile(
  files: ReadonlyArray<Partial<File> & { path: string }>,
  path: string,
  wanted: unknown,
): KeptFile | undefined {
  const { content, mode } = files.find(one => one.path === path) ?? {};
  const { sha256 } = (wanted ?? {}) as { sha256?: string };
  if (!content || digest({ content })?.sha256 !== sha256) return undefined;
  return {
    mode: mode as KeptFile['mode'],
    content: Buffer.from(content).toString('base64'),
  };
}
