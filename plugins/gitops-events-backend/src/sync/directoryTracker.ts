import { EventEmitter } from 'node:events';
import path from 'node:path';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import type {
  RepositoryReader,
  SyncObservation,
  SyncTracker,
} from '@gitops-events/plugin-gitops-events-node';
import type { GitopsEventsConfig } from '../config';
import { startLoop, type Loop } from '../pipeline/loop';
import { DirectoryApplication } from './directoryApplication';

/**
 * The sync tracker without a cluster: copies the files of a commit to a folder
 * and says whether they are there. One loop looks at all applications every two
 * seconds, and at once when asked.
 */
export class DirectoryTracker implements SyncTracker {
  readonly name = 'directory';
  private readonly byName: ReadonlyMap<string, DirectoryApplication>;
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly logger: LoggerService;
  private loop?: Loop;

  /** @throws InputError for two applications of one name, or of one folder. */
  constructor(options: {
    applications: GitopsEventsConfig['directory']['applications'];
    reader: RepositoryReader;
    logger: LoggerService;
  }) {
    const { applications, reader, logger } = options;
    refuseOverlaps(applications);
    this.logger = logger;
    this.byName = new Map(
      applications.map(settings => [
        settings.name,
        new DirectoryApplication({
          ...{ settings, reader, logger },
          onChange: this.changed,
        }),
      ]),
    );
  }

  start(): void {
    this.loop ??= startLoop({
      name: 'directory tracker',
      pollMs: 2_000,
      logger: this.logger,
      turn: async signal => {
        for (const application of this.byName.values()) {
          if (signal.aborted) break;
          await application.look();
        }
        return false;
      },
    });
  }

  async stop(): Promise<void> {
    await this.loop?.stop();
    this.loop = undefined;
    for (const application of this.byName.values()) await application.stop();
  }

  async applications(
    repository: string,
    branch: string,
  ): Promise<Array<{ application: string; path: string }>> {
    return [...this.byName.values()]
      .map(application => application.settings)
      .filter(it => it.repository === repository && it.branch === branch)
      .map(({ name, path: below }) => ({ application: name, path: below }));
  }

  async request(application: string, _commit: string): Promise<void> {
    this.find(application).heal();
    this.loop?.nudge();
  }

  async observe(applications: string[]): Promise<SyncObservation[]> {
    return applications.flatMap(
      name => this.byName.get(name)?.observation ?? [],
    );
  }

  watch(nudge: () => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.changes.on('change', nudge);
    signal.addEventListener('abort', () => this.changes.off('change', nudge));
  }

  private readonly changed = () => this.changes.emit('change');

  private find(name: string): DirectoryApplication {
    const application = this.byName.get(name);
    if (application) return application;
    throw new NotFoundError(
      `There is no application ${JSON.stringify(name)} in gitopsEvents.directory.applications`,
    );
  }
}

function refuseOverlaps(
  applications: GitopsEventsConfig['directory']['applications'],
): void {
  const key = 'gitopsEvents.directory.applications';
  for (const [index, a] of applications.entries()) {
    for (const b of applications.slice(index + 1)) {
      if (a.name === b.name) {
        throw new InputError(`${key}: the name "${a.name}" is given twice`);
      }
      if (isWithin(a.folder, b.folder) || isWithin(b.folder, a.folder)) {
        throw new InputError(
          `${key}: the folders of "${a.name}" and "${b.name}" overlap; give each its own`,
        );
      }
    }
  }
}

function isWithin(outer: string, inner: string): boolean {
  return `${path.resolve(inner)}${path.sep}`.startsWith(
    `${path.resolve(outer)}${path.sep}`,
  );
}
