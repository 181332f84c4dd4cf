import type { whyUnreadable } from '@gitops-events/plugin-gitops-events-sensors';

/** Why an engine cannot decide with what another one stored, if it cannot. */
export type WhyUnreadable = typeof whyUnreadable;

/** Sensors are as a newer engine stored them, and this one cannot read them: it leaves them to that one (ADR 0033). */
export class NewerRevisions extends Error {
  constructor(readonly found: ReadonlyArray<{ sensor: string; why: string }>) {
    super(
      `A newer version wrote what this one cannot read: ${found.map(({ sensor, why }) => `sensor ${sensor}, ${why}`).join('; ')}`,
    );
    this.name = 'NewerRevisions';
  }
}
