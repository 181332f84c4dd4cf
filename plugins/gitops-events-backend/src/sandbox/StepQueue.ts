import { nextTick } from 'node:process';
import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { FiringToResolve, RenderedStep, StepToRender } from './messages';
import { overrun } from './overrun';
import { compact, portions } from './portions';
import { rested, type RestingSensors } from './RestingSensors';
import type { Death, ThreadLimits } from './Thread';

interface Waiting {
  step: StepToRender;
  signal?: AbortSignal;
  done(rendered: RenderedStep): void;
  failed(error: unknown): void;
}

/**
 * Steps of one sensor, rendered in turn. Those that came while the thread was
 * busy go in one message, and each is answered as soon as it is known: none
 * waits for one behind it.
 *
 * A death names a suspect. Those before it are asked again, then it alone: an
 * answer clears it, a second death convicts it.
 */
export class StepQueue {
  private waiting: Waiting[] = [];
  private suspect: Waiting | undefined;
  private isWorking = false;

  constructor(
    private readonly options: {
      /** Answers the first ones, at least one. */
      attempt(
        steps: StepToRender[],
      ): Promise<{ result: RenderedStep[] } | { death: Death }>;
      resting: RestingSensors;
      limits: ThreadLimits;
    },
  ) {}

  /** @param signal - when it is aborted before the step's turn comes, nobody waits for it any more */
  submit(step: StepToRender, signal?: AbortSignal): Promise<RenderedStep> {
    return new Promise((done, failed) => {
      this.waiting.push({ step: compacted(step), signal, done, failed });
      if (!this.isWorking) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.isWorking = true;
    // All that is about to come in this very turn joins.
    await new Promise<void>(nextTick);
    for (let some = this.next(); some.length > 0; some = this.next()) {
      await this.ask(some);
    }
    this.isWorking = false;
  }

  private next(): Waiting[] {
    this.waiting = this.waiting.filter(one => this.isStillAsked(one));
    const at = this.suspect ? this.waiting.indexOf(this.suspect) : -1;
    if (at === 0) return this.waiting.slice(0, 1);
    const before = at < 0 ? this.waiting : this.waiting.slice(0, at);
    const [portion = []] = portions(before, ({ step }) => eventsOf(step));
    return portion;
  }

  private isStillAsked({ step, signal, done, failed }: Waiting): boolean {
    const rests = this.options.resting.has(step.sensor);
    if (signal?.aborted) failed(signal.reason);
    else if (rests) done({ reason: rested(step.sensor) });
    return !signal?.aborted && !rests;
  }

  /** @param some - the first of those that wait */
  private async ask(some: Waiting[]): Promise<void> {
    const { attempt, resting, limits } = this.options;
    try {
      const answer = await attempt(some.map(({ step }) => step));
      if ('result' in answer) {
        this.leave(answer.result.length).forEach(({ done }, at) =>
          done(answer.result[at]),
        );
        return;
      }
      const { cause, event } = answer.death;
      const dead = some[Math.max(event, 0)];
      const convicted = dead === this.suspect;
      this.suspect = dead;
      if (!convicted) return;
      const { sensor, stepId } = dead.step;
      resting.add(sensor);
      const subject = `Step \`${stepId}\` of ${sensor.name}`;
      const [{ done }] = this.leave(1);
      done({ reason: overrun(cause, subject, limits) });
    } catch (error) {
      for (const { failed } of this.leave(some.length)) failed(error);
    }
  }

  private leave(count: number): Waiting[] {
    return this.waiting.splice(0, count);
  }
}

export function compacted<T extends FiringToResolve>(what: T): T {
  const firing = what.firing.map(({ dependency, event }) => ({
    dependency,
    event: compact(event),
  }));
  return { ...what, firing };
}

function eventsOf({ firing }: FiringToResolve): StoredEvent[] {
  return firing.map(({ event }) => event);
}
