import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { decide, fireTimer, type MemoryRoom } from '../decide';
import type { Decision } from '../decision';
import type { Evaluation } from '../evaluate';
import type { Sensor } from '../schema';
import type { SimulatedMemory } from './SimulatedMemory';

/**
 * Decides events one after the other as the engine does, on accepted time and
 * a memory of its own. Pure, but for that memory.
 *
 * @public
 */
export class Simulation {
  private readonly sensors: ReadonlyMap<string, Sensor>;

  constructor(
    private readonly options: {
      sensors: readonly Sensor[];
      memory: SimulatedMemory;
      /** Names of sensors that are paused. */
      paused?: ReadonlySet<string>;
      /** What a sensor may remember still, asked before each event; without it, what it likes. */
      room?(sensor: string): MemoryRoom | undefined;
      /** Told each decision, of an event or of a timer, after the memory took it. */
      decided(sensor: string, decision: Decision): void;
    },
  ) {
    this.sensors = new Map(
      options.sensors.map(sensor => [sensor.metadata.name, sensor]),
    );
  }

  /** Lets accepted time pass: what is due by then fires, the earliest first. */
  pass(until: number): void {
    const { memory } = this.options;
    for (
      let timer = memory.takeDue(until);
      timer !== undefined;
      timer = memory.takeDue(until)
    ) {
      const { sensor: name } = timer;
      const decision = fireTimer({
        sensor: this.sensors.get(name),
        timer,
        recall: memory.of(name),
        paused: this.isPaused(name),
      });
      this.take(name, decision);
    }
  }

  /** What a sensor says to an event; what is due before it has fired. */
  arrive(
    sensor: Sensor,
    what: { event: StoredEvent; evaluation: Evaluation; now: number },
  ): void {
    const { name } = sensor.metadata;
    const decision = decide({
      ...what,
      sensor,
      recall: this.options.memory.of(name),
      paused: this.isPaused(name),
      room: this.options.room?.(name),
    });
    this.take(name, decision);
  }

  private take(name: string, decision: Decision): void {
    this.options.memory.take(name, decision);
    this.options.decided(name, decision);
  }

  private isPaused(name: string): boolean {
    return this.options.paused?.has(name) ?? false;
  }
}
