import type { RepositoryReader } from './repository';

/** Content of a file after a change; without content it is deleted. @public */
export interface FileWrite {
  path: string;
  mode: '100644' | '100755';
  content: Uint8Array | undefined;
}

/** @public */
export interface CommitRequest {
  repository: string;
  branch: string;
  /** The branch must be there; undefined: the branch must not exist and is made at `parent`. */
  expectedHead: string | undefined;
  /** The commit to build on. */
  parent: string;
  files: FileWrite[];
  message: string;
  /** Git identity; the same request gives the same commit id. */
  author: { name: string; email: string };
  /** Seconds since the epoch. */
  time: number;
}

/** @public */
export type CommitOutcome =
  | { outcome: 'committed'; commit: string }
  /** Somebody else moved the branch: nothing was written to it. `head` is undefined when it is gone. */
  | { outcome: 'stale'; head: string | undefined };

/** @public */
export interface PullRequest {
  number: number;
  url?: string;
  state: 'open' | 'merged' | 'closed';
  branch: string;
  base: string;
  /** Head of the branch as the host sees it. */
  head: string;
  /** The commit on base that carries it, once merged. */
  mergeCommit?: string;
  /** Who closed or merged it, as the host names them; undefined: we did. */
  endedBy?: string;
  title: string;
  /** Shown as not to be merged yet. */
  draft?: boolean;
}

/** @public */
export type MergeOutcome =
  /** `endedBy`: as of a {@link PullRequest}, where somebody else had merged it. */
  | { outcome: 'merged'; commit: string; endedBy?: string }
  /** The head is not the one judged, or it was pointed at another base. */
  | { outcome: 'stale'; head: string | undefined }
  /** Base has moved so that the two no longer fit; render again on the new base. */
  | { outcome: 'conflict'; baseHead: string }
  /**
   * The host's own rules say not yet or no. `checking`: checks of its head run, no
   * other rule keeps it, and a push would begin them anew.
   */
  | { outcome: 'blocked'; message: string; checking?: boolean };

/** A pull request that is open, as lists have it. @public */
export type OpenPull = Pick<PullRequest, 'number' | 'branch' | 'title'> & {
  /** By the clock of the host, in milliseconds since the epoch. */
  openedAt: number;
};

/**
 * From when on what a person did there keeps a pull request from being merged:
 * it is `blocked`, in words that name them. Milliseconds since the epoch.
 *
 * @public
 */
export interface HeedPeople {
  /** Turned it into a draft. */
  draftSince: number;
  /** Took it out of the merge queue. */
  outSince: number;
}

/** A commit and what it says. @public */
export interface LoggedCommit {
  id: string;
  message: string;
}

/** The calls of a {@link ChangeHost} that write. @public */
export type HostWrite = 'commit' | 'propose' | 'merge' | 'close';

/**
 * So many units in any span of time, for all who share the key: what a forge
 * allows, or what we leave of it to others. Kept by all replicas together.
 *
 * @public
 */
export interface HostLimit {
  /** Who shares it: `github github.com/acme, an hour`. */
  key: string;
  /** For people, after "Waits, because": `GitHub takes 500 writes an hour from us`. */
  title: string;
  max: number;
  /** The span, in milliseconds. */
  perMs: number;
  /** What each call takes of it, at most. */
  units: Record<HostWrite, number>;
}

/**
 * Where changes are proposed. Each call is conditional, so that a second one,
 * after a lost answer, changes nothing: it finds what the first one made.
 * A user's mistake (no such repository or branch) is a NotFoundError or
 * InputError; any other error means "try again", and a RetryLaterError says
 * from when on.
 *
 * @public
 */
export interface ChangeHost extends RepositoryReader {
  /** Name in configuration and on screens: `local`, `github`. */
  readonly name: string;
  /** Whether this host serves that repository. */
  serves(repository: string): boolean;
  /**
   * What may be written there in which time; without it, anything.
   *
   * @param request - what is to be written, where a call takes more the more it writes
   */
  limits?(
    repository: string,
    request?: { files?: FileWrite[]; reviewers?: string[] },
  ): HostLimit[];
  /**
   * The same host, whose calls end when `signal` aborts. A host whose calls
   * leave this process has it, so that none of them outlives the claim of who
   * calls.
   */
  within?(signal: AbortSignal): ChangeHost;
  /**
   * How somebody of the catalog is called there, by the annotations of their
   * entity: `@pia`, `@acme/platform`. Undefined: they cannot be asked for a
   * review there. Without this call nobody of the catalog is asked.
   */
  handleOf?(
    repository: string,
    annotations: Record<string, string>,
  ): string | undefined;
  commit(request: CommitRequest): Promise<CommitOutcome>;
  /**
   * Opens a pull request, or adopts the one that this branch has, in whatever
   * state it is; an open one is given this title and body.
   */
  propose(request: {
    repository: string;
    branch: string;
    base: string;
    title: string;
    body: string;
    labels: string[];
    /**
     * Opened as a draft, where the host has drafts; merging makes it ready. Of an
     * open one `true` changes nothing, and `false` makes it ready.
     */
    draft?: boolean;
    /** Who is asked for a review, as the host names them: `@pia`, `@acme/platform`. Whom it does not know is left out. */
    reviewers?: string[];
  }): Promise<PullRequest>;
  /** Who moved that branch last, as the host names them; undefined where it does not tell. */
  pushedBy?(repository: string, branch: string): Promise<string | undefined>;
  /** The newest pull request of that branch, in any state. */
  get(repository: string, branch: string): Promise<PullRequest | undefined>;
  /**
   * Open pull requests of the repository's own branches whose names begin so. It is
   * asked after the database came from a backup; without this call those that it does
   * not know stay open.
   */
  openPulls?(repository: string, prefix: string): Promise<OpenPull[]>;
  /** Squashes it onto base as that is now. The branch may be gone afterwards. */
  merge(request: {
    repository: string;
    number: number;
    /** What was judged is for this branch; one that a person pointed elsewhere is not merged. */
    base: string;
    expectedHead: string;
    message: string;
    author: { name: string; email: string };
    /** Without it nothing that a person did keeps it. */
    heed?: HeedPeople;
  }): Promise<MergeOutcome>;
  /**
   * Whether its own rules keep it from merging now, found out by reading alone:
   * what they kept once is not tried again before they let it. Without a message
   * it waits for what it waited for. `checking` as of a {@link MergeOutcome}.
   * Without this call, merging is tried.
   */
  blocked?(request: {
    repository: string;
    number: number;
    /** As of `merge`. */
    heed?: HeedPeople;
  }): Promise<{ message?: string; checking?: boolean } | undefined>;
  /**
   * The newest commit that `head` has and `since` has not, in whose message this
   * is a line. By it a commit on a branch that others write to as well is found
   * again after a lost answer, so without this call nothing is committed to a
   * base itself.
   */
  findCommit?(request: {
    repository: string;
    head: string;
    since: string;
    line: string;
  }): Promise<string | undefined>;
  /**
   * The newest commits that `head` has, itself first, at most so many. Where
   * `until` is among them, what comes behind it may be left out. It is asked once
   * a base after the database came from a backup; without this call, and where it
   * does not reach back to `until`, a person is asked about what was pending then.
   */
  history?(request: {
    repository: string;
    head: string;
    until?: string;
    atMost: number;
  }): Promise<LoggedCommit[]>;
  /** Says something on it, once for each `key`. */
  comment(request: {
    repository: string;
    number: number;
    key: string;
    text: string;
  }): Promise<void>;
  /** Closes it unmerged and deletes its branch; closing a closed one changes nothing. */
  close(request: {
    repository: string;
    number: number;
    reason: string;
  }): Promise<PullRequest>;
}
