import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Standstill } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import type { Sandbox } from '../sandbox';
import {
  readActiveSet,
  readGeneration,
  type ActiveSet,
} from '../store/activeSet';
import { NewerRevisions, type WhyUnreadable } from '../store/newerRevisions';

/**
 * The active set as this replica's sandbox has it. While a newer replica has
 * made one that this one cannot read, it stands aside: it has no set, and so
 * decides nothing (ADR 0033).
 */
export class ActiveSensors {
  private loaded: ActiveSet | undefined;
  private loading: Promise<ActiveSet> | undefined;
  private aside:
    { generation: number; since: number; error: NewerRevisions } | undefined;

  constructor(
    private readonly options: {
      knex: Knex;
      sandbox: Pick<Sandbox, 'load'>;
      whyUnreadable?: WhyUnreadable;
      /** Hears what cannot be read. */
      logger?: Pick<LoggerService, 'warn' | 'info'>;
    },
  ) {}

  /**
   * What the sandbox has now; loads it the first time.
   *
   * @throws NewerRevisions
   */
  current(): Promise<ActiveSet> {
    return this.loaded ? Promise.resolve(this.loaded) : this.load();
  }

  /**
   * Takes a newer set over, if there is one.
   *
   * @throws NewerRevisions
   */
  async refresh(): Promise<ActiveSet> {
    const { generation } = await readGeneration(this.options.knex);
    if (this.aside?.generation === generation) throw this.aside.error;
    return this.loaded?.generation === generation ? this.loaded : this.load();
  }

  /** As {@link refresh}; undefined while this replica stands aside. */
  async refreshUnlessAside(): Promise<ActiveSet | undefined> {
    try {
      return await this.refresh();
    } catch (error) {
      if (error instanceof NewerRevisions) return undefined;
      throw error;
    }
  }

  /** As was known at the last {@link refresh}. */
  standsAside(): boolean {
    return this.aside !== undefined;
  }

  /** What people are told of that; the log names the sensors. */
  standstills(): Standstill[] {
    if (!this.aside) return [];
    const { since, error } = this.aside;
    return [
      {
        partition: 'this replica',
        message: `A newer version wrote what this one cannot read, of ${error.found.length === 1 ? 'one sensor' : `${error.found.length} sensors`}; the log says which. It decides nothing and leaves that to newer replicas. Update it; after a step back to an older version, take back what is new in the sensors.`,
        since: new Date(since).toISOString(),
      },
    ];
  }

  private load(): Promise<ActiveSet> {
    this.loading ??= this.loadOnce().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async loadOnce(): Promise<ActiveSet> {
    const { knex, sandbox, whyUnreadable, logger } = this.options;
    const { newer, ...set } = await readActiveSet(knex, whyUnreadable);
    const { generation } = set;
    if (newer.length > 0) {
      const error = new NewerRevisions(newer);
      const since = this.aside?.since ?? presentTime();
      this.aside = { generation, since, error };
      logger?.warn(`This replica decides nothing now. ${error.message}`);
      throw error;
    }
    await sandbox.load(set.sensors, generation);
    this.loaded = set;
    if (this.aside) logger?.info('This replica can read all sensors again.');
    this.aside = undefined;
    return set;
  }
}
