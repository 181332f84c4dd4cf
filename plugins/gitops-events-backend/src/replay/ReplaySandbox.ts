import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import {
  compileSensor,
  evaluate,
  type Evaluation,
} from '@gitops-events/plugin-gitops-events-sensors';
import { Sandbox, type ActiveSensor } from '../sandbox';
import type { ThreadLimits } from '../sandbox/Thread';

const overran = new Set(['deadline', 'memory']);

/** Expressions of replays run in a thread of their own: what is decided for real waits for none of them. */
export class ReplaySandbox {
  readonly sandbox: Sandbox;
  private loaded: string | undefined;

  constructor(limits: ThreadLimits) {
    this.sandbox = new Sandbox(limits);
  }

  /** What the rule of a replay says to each event. */
  async evaluate(
    id: string,
    rule: ActiveSensor,
    events: StoredEvent[],
  ): Promise<Evaluation[]> {
    if (events.length === 0) return [];
    if (this.loaded !== id) {
      this.sandbox.forgetOverruns();
      await this.sandbox.load([rule], 0);
      this.loaded = id;
    }
    const said = await this.sandbox.evaluate(events);
    const compiled = compileSensor(rule.definition);
    return said.events.map(
      ([answer], at) =>
        answer?.evaluation ??
        // Nothing of it fits the event, which runs no expression.
        evaluate(compiled, { event: events[at], value: new Map() }),
    );
  }

  /**
   * Those that a filter selects. One where it cannot be told is left out.
   *
   * @returns undefined when the filter overran its limits
   */
  async select(
    filter: string,
    events: StoredEvent[],
  ): Promise<Set<string> | undefined> {
    const selected = new Set<string>();
    for (const event of events) {
      const answer = await this.sandbox.evaluateCel(filter, {}, event);
      if ('value' in answer) {
        if (answer.value === true) selected.add(event.uid);
      } else if (overran.has(answer.reason.code)) return undefined;
    }
    return selected;
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }
}
