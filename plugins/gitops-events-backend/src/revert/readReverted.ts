import { ConflictError, NotFoundError } from '@backstage/errors';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { SealContext } from '../change/sealBase';
import { findBase } from '../change/findBase';
import { digest, type EditRecord, type KeptFile } from '../render/editRecord';
import type { ChangeRevision } from '../store/changeRow';
import type { Effect } from '../store/effectRow';
import { readRevision } from '../store/readChange';
import { readMergedEffects } from '../store/readMergedEffects';
import { readRun } from '../store/readRun';
import type { Run } from '../store/runRow';
import { seenDigest, type RevertedEdit } from './revertedEdit';

type File = { mode: string; content: Uint8Array };

/** What one step of a run changed on one branch. */
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
  /** In the order it merged them. */
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
  const uids = run.scope.events.map(({ uid }) => uid);
  const events = await context.readEvents(uids);
  const merged = await readMergedEffects(knex, run);
  if (merged.length === 0) {
    throw new ConflictError(
      run.end
        ? 'It has not changed anything in Git, so there is nothing to take back.'
        : 'It has not changed anything in Git yet. Cancel it instead.',
    );
  }
  if (events.length < new Set(uids).size) {
    throw new ConflictError(
      'Its event is no longer kept, so its change cannot be judged again. Change the files by hand.',
    );
  }
  // A check that asks whether something is in the payload would hear that it is not.
  if (events.some(({ erasedAt }) => erasedAt !== undefined)) {
    throw new ConflictError(
      'What its event carried was erased when its time was over (gitopsEvents.retention), and without it its change cannot be judged again. Change the files by hand.',
    );
  }
  const branches = new Map<string, { host: ChangeHost; head: string }>();
  const parts: RevertedPart[] = [];
  for (const { effect, change, records } of merged) {
    // All parts see a branch at the same commit.
    const target =
      branches.get(branchKey(effect)) ?? (await findBase(hosts, effect));
    if ('reason' in target) throw new ConflictError(target.reason.message);
    branches.set(branchKey(effect), target);
    const revision = await readRevision(knex, change);
    const edits = await withFiles(target.host, effect, revision, records);
    parts.push({ effect, ...target, edits });
  }
  return { run, events, parts };
}

export function branchKey({ repository, base }: Effect): string {
  return `${repository} ${base}`;
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
