import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError, ServiceUnavailableError } from '@backstage/errors';
import type { RehearsedDecision } from '@gitops-events/plugin-gitops-events-common';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import type {
  ActionSchema,
  SimulatedEvent,
} from '@gitops-events/plugin-gitops-events-sensors';
import { createFoldEffects } from '../change/foldEffects';
import type { GitopsEventsConfig } from '../config';
import { policyChecks } from '../policy/policyChecks';
import { Sandbox, type ActiveSensor } from '../sandbox';
import { dependencyView } from './dependencyView';
import { rehearse } from './rehearse';
import { rehearsalView, type RehearsalViewOptions } from './rehearsalView';
import type { BaseOf } from '../change/hostBases';

export type RehearsalConfig = Pick<
  GitopsEventsConfig,
  'ingresses' | 'boundaries' | 'targets' | 'policies' | 'limits'
>;

export interface RehearsalsOptions {
  config: RehearsalConfig;
  actions: readonly ActionSchema[];
  /** Beside ours and the configured ones. */
  checks?: readonly PolicyCheck[];
  logger: Pick<LoggerService, 'warn'>;
  /** Made anew for each rehearsal, so that none sees what another would merge. */
  bases(): BaseOf;
  view: RehearsalViewOptions;
  /** Milliseconds that one rehearsal may take. */
  deadlineMs: number;
  /** Rehearsals that may wait for their turn. */
  mayWait: number;
}

/** Decisions of one rehearsal whose filters are looked into; who tests many events asks for one of them. */
const maxExplained = 10;

/**
 * Goes through rehearsals one after the other, in a sandbox of their own: what
 * somebody tries out takes no time from what is decided for real. The sandbox
 * starts with the first one.
 */
export class Rehearsals {
  private readonly sandbox: Sandbox;
  private readonly checks: PolicyCheck[];
  private turn: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly options: RehearsalsOptions) {
    const { config, checks, logger } = options;
    this.sandbox = new Sandbox(config.limits);
    this.checks = policyChecks({
      config,
      evaluateCel: (expression, variables, event) =>
        this.sandbox.evaluateCel(expression, variables, event),
      more: checks,
      logger,
    });
  }

  /**
   * @param until - accepted time that passes after the last event
   * @throws ServiceUnavailableError when too many wait already
   * @throws InputError when two events are one
   */
  async run(
    sensors: ActiveSensor[],
    events: SimulatedEvent[],
    until?: number,
  ): Promise<RehearsedDecision[]> {
    refuseRepeated(events);
    if (this.waiting > this.options.mayWait) {
      throw new ServiceUnavailableError(
        'Several tests are under way. Try again in a moment.',
      );
    }
    this.waiting += 1;
    const work = this.turn.then(() => this.runNow(sensors, events, until));
    this.turn = work.catch(() => {});
    try {
      return await work;
    } finally {
      this.waiting -= 1;
    }
  }

  /** Asks one sensor about one event and looks into its filters. */
  explain(...what: Parameters<Sandbox['explain']>) {
    return this.sandbox.explain(...what);
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }

  private async runNow(
    sensors: ActiveSensor[],
    events: SimulatedEvent[],
    until?: number,
  ): Promise<RehearsedDecision[]> {
    const { config, actions, bases, view, deadlineMs } = this.options;
    const { sandbox, checks } = this;
    const baseOf = bases();
    const same = { config, sandbox, baseOf };
    const decisions = await rehearse({
      ...same,
      sensors,
      events,
      until,
      actions,
      effectsOf: (repository, base) =>
        createFoldEffects({ ...same, repository, base, checks }),
      deadline: performance.now() + deadlineMs,
    });
    const shown = decisions.map(decision =>
      rehearsalView(decision, events, view),
    );
    for (const decision of shown.slice(0, maxExplained)) {
      decision.dependencies = await this.lookInto(decision, sensors, events);
    }
    return shown;
  }

  private async lookInto(
    decision: RehearsedDecision,
    sensors: ActiveSensor[],
    events: SimulatedEvent[],
  ): Promise<RehearsedDecision['dependencies']> {
    const sensor = sensors.find(({ name }) => name === decision.sensor)!;
    const { event } = events[decision.event];
    const told = await this.sandbox.explain({ sensor, event });
    return 'dependencies' in told
      ? told.dependencies.map(one =>
          dependencyView(one, this.options.view.mask),
        )
      : undefined;
  }
}

/** Accept would store it once, so nobody would ever decide it twice. */
function refuseRepeated(events: SimulatedEvent[]): void {
  const seen = new Set<string>();
  for (const [place, { event }] of events.entries()) {
    if (seen.has(event.uid)) {
      throw new InputError(
        `Event ${place + 1} has the source and id of one before it, which is stored once only; give it an id of its own.`,
      );
    }
    seen.add(event.uid);
  }
}
