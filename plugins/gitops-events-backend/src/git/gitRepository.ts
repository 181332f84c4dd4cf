import path from 'node:path';
import { InputError, NotFoundError } from '@backstage/errors';
import {
  RecentMap,
  type CommitOutcome,
  type CommitRequest,
} from '@gitops-events/plugin-gitops-events-node';
import { crashPoint } from '../pipeline/crashPoint';
import {
  branchRef,
  checkObjectId,
  type Commit,
  commitObject,
  editTree,
  type GitObject,
  type GitObjectSource,
  parseCommit,
  parseTree,
  type SignCommit,
  type Tree,
  withoutSignature,
} from '@gitops-events/plugin-gitops-events-node/git';
import { runGit } from './gitProcess';
import { LockFiles } from './lockFiles';
import { Maintenance } from './maintenance';
import { ObjectReader } from './objectReader';
import { writeObjects } from './objectWriter';
import { Refs, type SwapOutcome } from './refs';
import { tidyStagingFolder } from './stagingFolder';
import { TreeCache } from './treeCache';

/** One bare repository on disk: objects and refs, no rules of pull requests. */
export class GitRepository implements GitObjectSource {
  readonly refs: Refs;
  readonly locks: LockFiles;
  private readonly reader: ObjectReader;
  private readonly maintenance: Maintenance;
  private readonly trees = new TreeCache();
  private readonly commits = new RecentMap<Commit>(4 * 1024 * 1024);

  private constructor(
    /** As a user names it: `local:deployments`. */
    readonly name: string,
    readonly directory: string,
    private readonly sign: SignCommit | undefined,
  ) {
    this.locks = new LockFiles(directory);
    this.refs = new Refs(directory, this.locks);
    this.reader = new ObjectReader(directory);
    this.maintenance = new Maintenance(directory);
  }

  /** @throws InputError when the folder is not a bare repository that we can write. */
  static async open(
    name: string,
    directory: string,
    sign?: SignCommit,
  ): Promise<GitRepository> {
    await refuseForeignFormats(directory);
    const repository = new GitRepository(name, directory, sign);
    await tidyStagingFolder(directory);
    await repository.locks.clearDeadOwners();
    return repository;
  }

  async stop(): Promise<void> {
    await this.maintenance.stop();
    await this.reader.stop();
    await this.locks.close();
  }

  async head(branch: string): Promise<string | undefined> {
    return this.refs.read(branchRef(branch));
  }

  /** @throws NotFoundError with a sentence for the user. */
  async requireHead(branch: string): Promise<string> {
    const head = await this.head(branch);
    if (head) return head;
    throw new NotFoundError(
      `There is no branch ${JSON.stringify(branch)} in ${this.name}`,
    );
  }

  /** @throws NotFoundError when the repository has no such commit. */
  async commit(id: string): Promise<Commit> {
    const known = this.commits.get(id);
    if (known) return known;
    const object = await this.reader.read(checkObjectId(id));
    if (object?.type === 'commit') {
      const commit = parseCommit(id, object.content);
      this.commits.set(id, commit, object.content.byteLength);
      return commit;
    }
    throw new NotFoundError(`There is no commit ${id} in ${this.name}`);
  }

  async treeOf(commit: string): Promise<string> {
    return (await this.commit(commit)).tree;
  }

  loadTree = async (id: string): Promise<Tree> => {
    const known = this.trees.get(id);
    if (known) return known;
    const object = await this.reader.read(id);
    if (object?.type !== 'tree') throw this.damaged(id);
    const tree = parseTree(object.content);
    this.trees.set(id, tree);
    return tree;
  };

  async blob(id: string): Promise<Buffer> {
    const object = await this.reader.read(id);
    if (object?.type !== 'blob') throw this.damaged(id);
    return object.content;
  }

  /** A commit that is not written yet; signed, where commits of this repository are. */
  makeCommit(options: Parameters<typeof commitObject>[0]): GitObject {
    return commitObject({ ...options, sign: this.sign });
  }

  /** Resolves when they are durable and may be named by a ref. */
  async write(objects: GitObject[]): Promise<void> {
    await writeObjects(path.join(this.directory, 'objects'), objects);
    this.maintenance.wrote(objects.length);
    for (const { type, id, content } of objects) {
      const bytes = Buffer.from(content);
      if (type === 'tree') this.trees.set(id, parseTree(bytes));
      if (type === 'commit') {
        this.commits.set(id, parseCommit(id, bytes), bytes.byteLength);
      }
    }
  }

  /** Objects first, then the ref: a crash in between leaves objects that nobody names. */
  async writeAndSwap(
    ref: string,
    expected: string | undefined,
    objects: GitObject[],
    commit: string,
  ): Promise<SwapOutcome> {
    const staging = this.refs.stage(commit);
    const written = await Promise.allSettled([staging, this.write(objects)]);
    const staged = await staging;
    try {
      for (const step of written) {
        if (step.status === 'rejected') throw step.reason;
      }
      crashPoint('objects');
      return await this.refs.swap(ref, expected, staged);
    } finally {
      this.refs.discard(staged);
    }
  }

  async commitFiles(request: CommitRequest): Promise<CommitOutcome> {
    const ref = branchRef(request.branch);
    const { tree } = await this.commit(request.parent);
    const edited = await editTree(tree, request.files, this.loadTree);
    const commit = this.makeCommit({
      ...request,
      tree: edited.tree,
      parents: [request.parent],
    });
    const objects = [...edited.objects, commit];
    const { id } = commit;

    const present = await this.refs.read(ref);
    const outcome =
      present === request.expectedHead
        ? await this.writeAndSwap(ref, present, objects, id)
        : { swapped: false as const, current: present };
    if (outcome.swapped) return { outcome: 'committed', commit: id };
    const ours = await this.sameCommit(outcome.current, commit);
    if (!ours) return { outcome: 'stale', head: outcome.current };
    // Our own earlier call made it, and may have died before it was durable.
    await this.write([...edited.objects, ours]);
    await this.refs.sync(ref);
    return { outcome: 'committed', commit: ours.id };
  }

  /**
   * The commit `id`, when it says what `made` says. Its signature may differ:
   * ECDSA never signs twice alike, and the key may have been replaced between
   * two calls.
   */
  private async sameCommit(
    id: string | undefined,
    made: GitObject,
  ): Promise<GitObject | undefined> {
    if (id === made.id) return made;
    const object = id === undefined ? undefined : await this.reader.read(id);
    if (object?.type !== 'commit') return undefined;
    const { type, content } = object;
    return withoutSignature(content).equals(withoutSignature(made.content))
      ? { type, content, id: id! }
      : undefined;
  }

  private damaged(id: string): Error {
    return new Error(`Object ${id} of ${this.name} is missing; run git fsck`);
  }
}

async function refuseForeignFormats(directory: string): Promise<void> {
  const { code, stdout } = await runGit(directory, ['config', '--list', '-z']);
  const settings = new Map(
    stdout.split('\0').map(entry => {
      const [key, ...value] = entry.split('\n');
      return [key, value.join('\n')];
    }),
  );
  const refuse = (why: string) => new InputError(`${directory} ${why}`);
  if (code !== 0 || settings.get('core.bare') !== 'true') {
    throw refuse('is not a bare Git repository; move it away or mend it');
  }
  if ((settings.get('extensions.objectformat') ?? 'sha1') !== 'sha1') {
    throw refuse('uses SHA-256 ids; only SHA-1 repositories are supported');
  }
  if ((settings.get('extensions.refstorage') ?? 'files') !== 'files') {
    throw refuse('keeps its refs as reftable; only "files" is supported');
  }
}
