import type { Decision } from '@gitops-events/plugin-gitops-events-sensors';
import type { NewDecision } from '../store/insertDecisions';
import type { NewRun } from '../store/insertRuns';
import type { StateKey } from '../store/sensorState';
import type { TimerRow } from '../store/timers';

/** What is to be written, in one transaction. */
export interface Decided {
  decisions: NewDecision[];
  runs: NewRun[];
  stateWrites: Array<StateKey & { value: unknown }>;
  timers: TimerRow[];
}

/** Decisions and runs as they come up; the last word on an event and a sensor counts. */
export class Sayings {
  private readonly decisions = new Map<string, NewDecision>();
  readonly runs: NewRun[] = [];

  /** @param runs - one for each firing of the decision, in its order */
  take(
    { name, revision }: { name: string; revision: number },
    { said, firings }: Decision,
    runs: NewRun[],
  ): void {
    this.runs.push(...runs);
    for (const { eventUid, outcome, reason, firing } of said) {
      const text = `${eventUid} ${name}`;
      const before = this.decisions.get(text);
      const run = firing === undefined ? undefined : runs[firing];
      const shared =
        firing !== undefined && firings[firing].windowKey !== undefined;
      this.decisions.set(text, {
        eventUid,
        sensor: name,
        revision,
        outcome: run?.state === 'held' ? 'held' : outcome,
        reason: (run?.state === 'held' && run.reason) || reason,
        ...(run && { runId: run.id }),
        ...(shared && { shared }),
        ...(before?.outcome === 'waiting' && { waitedFor: before.reason }),
      });
    }
  }

  all(): NewDecision[] {
    return [...this.decisions.values()];
  }
}
