import type {
  ChangeHost,
  CommitOutcome,
  CommitRequest,
  FileWrite,
  PullRequest,
} from '@gitops-events/plugin-gitops-events-node';
import { textFile } from './textFile';

/** A host under test, and one repository on it to work in. @public */
export interface ChangeHostSetup {
  host: ChangeHost;
  repository: string;
  /** A branch with at least one commit. */
  base: string;
  /** A repository that the host serves by its name but does not have. */
  unknownRepository: string;
  /** What a person does with git, behind the host's back. */
  person: {
    /** Commits on top of a branch, or of `from` on a new one; returns the commit. */
    push(branch: string, files: FileWrite[], from?: string): Promise<string>;
    /** The same on top of `from`, whatever the branch had before, where the host lets people do that. */
    forcePush?(
      branch: string,
      files: FileWrite[],
      from: string,
    ): Promise<string>;
    deleteBranch(branch: string): Promise<void>;
    /** Merges the pull request of a branch in a way that people have there; returns the newest commit on base. */
    mergeBy: Partial<
      Record<'merge' | 'squash' | 'rebase', (branch: string) => Promise<string>>
    >;
    /** Asks for what nobody has given yet before anything is merged into base, or for nothing again. */
    protectBase?(isProtected: boolean): Promise<void>;
    /** What people do with the pull request of a branch, where the host has buttons for it. */
    buttons?: {
      close(branch: string): Promise<void>;
      reopen(branch: string): Promise<void>;
      pointAt(branch: string, base: string): Promise<void>;
      /** Writes another title. */
      retitle(branch: string, title: string): Promise<void>;
      /** Takes it out of draft. */
      makeReady(branch: string): Promise<void>;
    };
  };
  /** What was said on a pull request, oldest first. */
  comments(number: number): Promise<string[]>;
  stop(): Promise<void>;
}

/** @public */
export type ProposeRequest = Parameters<ChangeHost['propose']>[0];

const author = { name: 'GitOps Events', email: 'gitops-events@localhost' };

/** The calls that a suite makes about one branch, each with what is usual. */
export interface ChangeHostCalls {
  /** Head of base when the test began. */
  baseHead: string;
  request(over?: Partial<CommitRequest>): CommitRequest;
  /** Returns the commit. */
  commit(over?: Partial<CommitRequest>): Promise<string>;
  propose(over?: Partial<ProposeRequest>): Promise<PullRequest>;
  merge(number: number, expectedHead: string): ReturnType<ChangeHost['merge']>;
  /** A person changes a file on base. */
  moveBase(path: string): Promise<string>;
  /** Of a file of a revision; undefined where there is none. */
  text(revision: string, path: string): Promise<string | undefined>;
}

export async function callsFor(
  { host, repository, base, person }: ChangeHostSetup,
  branch: string,
): Promise<ChangeHostCalls> {
  const baseHead = (await host.head(repository, base))!;
  const request = (over: Partial<CommitRequest> = {}): CommitRequest => ({
    ...{ repository, branch, expectedHead: undefined, parent: baseHead },
    files: [textFile(`changes/${branch}.yaml`, 'replicas: 1\n')],
    message: `Change of ${branch}\n\nWith a body.`,
    ...{ author, time: 1_800_000_000 },
    ...over,
  });
  return {
    baseHead,
    request,
    commit: async over => committed(await host.commit(request(over))),
    propose: over =>
      host.propose({
        ...{ repository, branch, base, title: `Change of ${branch}` },
        ...{ body: 'Body', labels: ['gitops-events'] },
        ...over,
      }),
    merge: (number, expectedHead) =>
      host.merge({
        ...{ repository, number, base, expectedHead, author },
        message: `Merge of ${branch}`,
      }),
    moveBase: path => person.push(base, [textFile(path, 'by: hand\n')]),
    text: async (revision, path) => {
      const [file] = await host.read(repository, revision, [path]);
      return file && Buffer.from(file.content).toString();
    },
  };
}

export function committed(outcome: CommitOutcome): string {
  if (outcome.outcome === 'committed') return outcome.commit;
  throw new Error(`Expected a commit, got ${JSON.stringify(outcome)}`);
}

export function mergedCommit(
  outcome: Awaited<ReturnType<ChangeHost['merge']>>,
): string {
  if (outcome.outcome === 'merged') return outcome.commit;
  throw new Error(`Expected a merge, got ${JSON.stringify(outcome)}`);
}
