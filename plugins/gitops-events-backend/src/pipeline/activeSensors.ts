import type { Knex } from 'knex';
import type { Sandbox } from '../sandbox';
import {
  readActiveSet,
  readGeneration,
  type ActiveSet,
} from '../store/activeSet';

/** The active set as this replica's sandbox has it. */
export class ActiveSensors {
  private loaded: ActiveSet | undefined;
  private loading: Promise<ActiveSet> | undefined;

  constructor(
    private readonly options: { knex: Knex; sandbox: Pick<Sandbox, 'load'> },
  ) {}

  /** What the sandbox has now; loads it the first time. */
  current(): Promise<ActiveSet> {
    return this.loaded ? Promise.resolve(this.loaded) : this.load();
  }

  /** Takes a newer set over, if there is one. */
  async refresh(): Promise<ActiveSet> {
    const { generation } = await readGeneration(this.options.knex);
    return this.loaded?.generation === generation ? this.loaded : this.load();
  }

  private load(): Promise<ActiveSet> {
    this.loading ??= this.loadOnce().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async loadOnce(): Promise<ActiveSet> {
    const set = await readActiveSet(this.options.knex);
    await this.options.sandbox.load(set.sensors, set.generation);
    this.loaded = set;
    return set;
  }
}
