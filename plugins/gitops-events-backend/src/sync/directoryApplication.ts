import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  splitRepositoryPath,
  type RepositoryReader,
  type SyncObservation,
} from '@gitops-events/plugin-gitops-events-node';
import type { GitopsEventsConfig } from '../config';
import { LockHeldError } from '../git/lockFiles';
import { presentTime } from '../presentTime';
import { shownFailure } from '../shownFailure';
import { TargetFolder } from './targetFolder';
import { wantedFiles, type Wanted } from './wantedFiles';

/** Whoever has the folder for longer does not apply, it hangs. */
const BUSY_MS = 60_000;

type Settings = GitopsEventsConfig['directory']['applications'][number];
type Seen = Pick<SyncObservation, 'revision' | 'sync' | 'health' | 'message'>;

/** A commit, and what of it the folder should hold. */
interface Followed {
  revision: string;
  content: Wanted;
}

/** One application: what it follows, and what was last seen of it. */
export class DirectoryApplication {
  readonly settings: Settings;
  private readonly reader: RepositoryReader;
  private readonly logger: LoggerService;
  private readonly onChange: () => void;
  private readonly target: TargetFolder;
  private wanted?: Followed;
  private asked = false;
  private logged?: string;
  /** By the monotonic clock. */
  private busySince?: number;
  private last: SyncObservation;

  /** @throws InputError for a path that is refused. */
  constructor(options: {
    settings: Settings;
    reader: RepositoryReader;
    logger: LoggerService;
    onChange: () => void;
  }) {
    const path = options.settings.path.replace(/\/+$/, '') || '.';
    if (path !== '.') splitRepositoryPath(path);
    this.settings = { ...options.settings, path };
    this.reader = options.reader;
    this.logger = options.logger;
    this.onChange = options.onChange;
    this.target = new TargetFolder(this.settings.folder);
    const { name: application, repository, branch } = this.settings;
    this.last = {
      ...{ application, repository, branch, path },
      revision: undefined,
      sync: 'unknown',
      health: 'unknown',
      message: 'Not looked at yet.',
      observedAt: presentTime(),
    };
  }

  get observation(): SyncObservation {
    return this.last;
  }

  /** The next look also mends what somebody changed by hand. */
  heal(): void {
    this.asked = true;
  }

  /** Never throws: what goes wrong is what there is to see. */
  async look(): Promise<void> {
    const asked = this.asked;
    this.asked = false;
    try {
      this.see(await this.compare(asked));
      this.logged = undefined;
      this.busySince = undefined;
    } catch (error) {
      const place = `Application ${this.settings.name}`;
      this.log(`${place} cannot be applied: ${error}`);
      this.asked ||= asked;
      this.see(
        error instanceof LockHeldError && this.busyMs() < BUSY_MS
          ? this.busy()
          : {
              // It tries again: no commit has failed before its time is over.
              revision: undefined,
              sync: 'failed',
              health: 'degraded',
              message: shownFailure(error, place),
            },
      );
    }
    if (asked) this.onChange();
  }

  /** Ends what is under way in the folder for good. */
  async stop(): Promise<void> {
    await this.target.close();
  }

  private async compare(asked: boolean): Promise<Seen> {
    const wanted = await this.follow();
    if (!wanted) return this.missing();
    if ((await this.target.revision()) === wanted.revision) {
      const seen = await this.judge(wanted, []);
      // Most of what replicas are asked one of them has done.
      if (!asked || seen.sync === 'synced') return seen;
    }
    return this.target.alone(() => this.apply(asked));
  }

  /** For who is alone in the folder. */
  private async apply(asked: boolean): Promise<Seen> {
    // Another replica may have applied it meanwhile, or what came after it.
    const wanted = await this.follow();
    if (!wanted) return this.missing();
    const { revision, content } = wanted;
    const isApplied = (await this.target.revision()) === revision;
    if (isApplied && !asked) return this.judge(wanted, []);
    this.see({
      revision: this.last.revision,
      sync: 'syncing',
      health: 'progressing',
      message: `Applying ${revision.slice(0, 8)}.`,
    });
    return this.judge(wanted, await this.target.apply(revision, content.files));
  }

  /** What the folder should hold now; undefined where there is no branch to follow. */
  private async follow(): Promise<Followed | undefined> {
    const { repository, branch, path } = this.settings;
    const revision = await this.reader.head(repository, branch);
    if (!revision) return undefined;
    if (this.wanted?.revision !== revision) {
      const read = await this.reader.read(repository, revision, [`${path}/`]);
      const content = wantedFiles(path, read, this.wanted?.content);
      this.wanted = { revision, content };
    }
    return this.wanted;
  }

  /** For how long others have had the folder, each time that it was wanted. */
  private busyMs(): number {
    this.busySince ??= performance.now();
    return performance.now() - this.busySince;
  }

  private busy(): Seen {
    return {
      revision: this.last.revision,
      sync: 'syncing',
      health: 'progressing',
      message: 'Another replica is applying it; looking again.',
    };
  }

  private missing(): Seen {
    const { repository, branch } = this.settings;
    return {
      revision: this.last.revision,
      sync: 'unknown',
      health: 'missing',
      message: `There is no branch "${branch}" in ${repository}.`,
    };
  }

  /** @param left - what had to be left as it is, as sentences */
  private async judge(
    { revision, content: { files, problems } }: Followed,
    left: string[],
  ): Promise<Seen> {
    const differences =
      left.length > 0 ? left : await this.target.differences(files);
    const wrong = [...differences, ...problems];
    return {
      revision,
      sync: differences.length > 0 ? 'outOfSync' : 'synced',
      health: wrong.length > 0 ? 'degraded' : 'healthy',
      message: sentence(wrong) ?? emptyMessage(files.size, this.settings.path),
    };
  }

  /** It looks every two seconds: what is the same is logged once. */
  private log(failure: string): void {
    if (failure !== this.logged) this.logger.warn(failure);
    this.logged = failure;
  }

  private see(seen: Seen): void {
    const { revision, sync, health, message } = this.last;
    const changed =
      revision !== seen.revision ||
      sync !== seen.sync ||
      health !== seen.health ||
      message !== seen.message;
    this.last = { ...this.last, ...seen, observedAt: presentTime() };
    if (changed) this.onChange();
  }
}

/** The first few; the rest as a number. */
function sentence(wrong: string[]): string | undefined {
  if (wrong.length === 0) return undefined;
  const more = wrong.length > 3 ? `; and ${wrong.length - 3} more` : '';
  return `${wrong.slice(0, 3).join('; ')}${more}.`;
}

function emptyMessage(files: number, path: string): string | undefined {
  return files === 0 ? `The commit has no files in "${path}".` : undefined;
}
