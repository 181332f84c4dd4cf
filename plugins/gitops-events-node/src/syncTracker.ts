/** What a tracker last saw of one application. @public */
export interface SyncObservation {
  /** Name of the application, unique within its tracker. */
  application: string;
  repository: string;
  branch: string;
  /** Path within the repository, `.` for the whole. */
  path: string;
  /** The commit it was last compared with; undefined before the first time. */
  revision: string | undefined;
  sync: 'synced' | 'syncing' | 'outOfSync' | 'failed' | 'unknown';
  health: 'healthy' | 'progressing' | 'degraded' | 'missing' | 'unknown';
  /** One sentence for a person. */
  message?: string;
  /** Milliseconds since the epoch: when this was seen. */
  observedAt: number;
  url?: string;
}

/**
 * Says whether a commit is applied and healthy: a folder, Argo CD, Flux.
 *
 * @public
 */
export interface SyncTracker {
  readonly name: string;
  /** Applications that follow this branch of the repository. */
  applications(
    repository: string,
    branch: string,
  ): Promise<Array<{ application: string; path: string }>>;
  /** Asks for a sync soon; asking twice does no harm. */
  request(application: string, commit: string): Promise<void>;
  /** An application that is gone is missing from the answer, which tells of the others all the same. */
  observe(applications: string[]): Promise<SyncObservation[]>;
  /** Calls `nudge` when something may have changed, until the signal aborts. A lost nudge costs latency only. */
  watch(nudge: () => void, signal: AbortSignal): void;
}
