import type {
  RehearsedRun,
  StoredEvent,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type {
  Evaluation,
  Firing,
  Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import { windowRun, type RunConfig } from '../pipeline/newRun';
import { FileTree } from '../render/fileTree';
import {
  imaginedRun,
  rehearseFiring,
  type FiringStage,
} from '../rehearse/rehearseFiring';
import {
  rehearsedRunView,
  type RehearsalViewOptions,
} from '../rehearse/rehearsalView';
import type { BaseOf } from '../change/hostBases';
import type { ActiveSensor } from '../sandbox';
import { readEventsByUid } from '../store/readEventsByUid';
import { readRun } from '../store/readRun';
import type { Run } from '../store/runRow';
import { doTheSame, makeSameRuns } from './compare';

export interface CompareOptions {
  knex: Knex;
  stage: FiringStage;
  view: RehearsalViewOptions;
  readSensor(name: string, revision: number): Promise<Sensor | undefined>;
  /** Runs that may still be gone through. */
  budget: number;
  /** On the monotonic clock; none is gone through later. */
  deadline: number;
}

/** What runs would do, then and now, on the repositories as they are today. */
export interface ComparedRuns {
  same?: boolean;
  then?: RehearsedRun;
  now?: RehearsedRun;
}

/** Bytes of one run as a finding keeps it. */
const maxView = 256 * 1024;

/** Goes through the runs of one page of a replay, each pair on bases that no other has touched. */
export class CompareRuns {
  /** Runs gone through. */
  used = 0;
  private readonly compared = new Map<string, Promise<ComparedRuns>>();

  constructor(
    private readonly options: CompareOptions,
    /** Those of the page; others are read. */
    private readonly events: ReadonlyMap<string, StoredEvent>,
  ) {}

  /** What the run of a firing would do; undefined where there is no budget left. */
  async now(rule: ActiveSensor, run: Run): Promise<RehearsedRun | undefined> {
    const { now } = await this.once(`now ${run.id}`, async () => ({
      now: await this.rehearse(run, rule),
    }));
    return now;
  }

  /** Compares the run of a firing with the one on record. */
  against(
    rule: ActiveSensor,
    run: Run,
    thenId: string | undefined,
  ): Promise<ComparedRuns> {
    return this.once(`${thenId} ${run.id}`, async () => {
      const then = thenId && (await readRun(this.options.knex, thenId));
      if (!then) return {};
      const definition = await this.options.readSensor(
        then.sensor,
        then.revision,
      );
      if (!definition) return {};
      const sameEvents = fired(then) === fired(run);
      if (sameEvents && makeSameRuns(definition, rule.definition)) {
        return { same: true };
      }
      const views = {
        then: await this.rehearse(anew(then), {
          name: then.sensor,
          revision: then.revision,
          definition,
        }),
        now: await this.rehearse(run, rule),
      };
      if (!views.then || !views.now) {
        return sameEvents ? {} : { same: false };
      }
      const same = sameEvents && doTheSame(views.then, views.now);
      return same ? { same } : { same, ...views };
    });
  }

  private once(
    key: string,
    work: () => Promise<ComparedRuns>,
  ): Promise<ComparedRuns> {
    const known = this.compared.get(key) ?? work();
    this.compared.set(key, known);
    return known;
  }

  private async rehearse(
    run: Run,
    sensor: ActiveSensor,
  ): Promise<RehearsedRun | undefined> {
    const { stage, view, budget, deadline } = this.options;
    if (this.used >= budget || performance.now() > deadline) return undefined;
    this.used += 1;
    const events = await this.eventsOf(run);
    if (!events) return undefined;
    const rehearsed = await rehearseFiring(
      { ...stage, baseOf: untouched(stage.baseOf) },
      { run, sensor, events },
    );
    const shown = rehearsedRunView(rehearsed.run, rehearsed.steps, view);
    return JSON.stringify(shown).length > maxView ? undefined : shown;
  }

  private async eventsOf(run: Run): Promise<StoredEvent[] | undefined> {
    const uids = run.scope.events.map(({ uid }) => uid);
    const missing = uids.filter(uid => !this.events.has(uid));
    const read = await readEventsByUid(this.options.knex, missing);
    const found = new Map(read.map(event => [event.uid, event]));
    const events = uids.flatMap(
      uid => this.events.get(uid) ?? found.get(uid) ?? [],
    );
    return events.length === uids.length ? events : undefined;
  }
}

/** The run that a firing makes; held where it may not be. */
export function runOfFiring(what: {
  firing: Firing;
  rule: ActiveSensor;
  config: RunConfig;
  /** The event, where it fired alone, and what the rule's text said to it. */
  alone?: { event: StoredEvent; evaluation: Evaluation };
  /** Accepted time reached. */
  at: number;
  /** Of a replay that makes runs. */
  generation?: number;
  redirect?: Target;
}): Run {
  const { firing, rule: sensor, config, alone, at, generation } = what;
  const { redirect } = what;
  const seq = 1;
  if (firing.windowKey === undefined) {
    const of = { firing, sensor, config, seq, generation, redirect };
    return imaginedRun({ ...of, ...alone! });
  }
  // What it is made of is told by its first step, from all of its events.
  const owners = new Map();
  const run = windowRun({
    firing,
    sensor,
    config,
    owners,
    now: at,
    generation,
    redirect,
  });
  return { ...run, seq, version: 1 };
}

/** As it was before its first step. */
function anew(run: Run): Run {
  return {
    ...run,
    state: 'queued',
    step: 0,
    steps: run.steps
      .filter(({ onFailure }) => !onFailure)
      .map(({ id, action }) => ({ id, action, state: 'pending', attempts: 0 })),
  };
}

function fired({ scope }: Run): string {
  return JSON.stringify(
    scope.events.map(({ uid, dependency }) => [uid, dependency]),
  );
}

/** Bases as they are, where what one run would merge is in no other's. */
function untouched(baseOf: BaseOf): BaseOf {
  const trees = new Map<string, ReturnType<BaseOf>>();
  const layered: BaseOf = async (repository, base) => {
    const tree = await baseOf(repository, base);
    return 'reason' in tree ? tree : new FileTree(paths => tree.read(paths));
  };
  return (repository, base) => {
    const key = JSON.stringify([repository, base]);
    const tree = trees.get(key) ?? layered(repository, base);
    trees.set(key, tree);
    return tree;
  };
}
