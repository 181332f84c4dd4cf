import { EventEmitter } from 'node:events';

/** What may have news. */
export type NudgeTopic =
  | 'events'
  | `events ${string}` // of one partition
  | 'intakes' // a person let one go on
  | 'sources' // a person let a partition of one go on
  | 'sensors'
  | 'locations' // what sensors are read from
  | 'runs'
  | 'breakers'
  | 'freezes' // of the configuration
  | 'stops' // one was lifted
  | 'effects'
  | 'changes'
  | 'syncs'
  | 'replays'
  | 'timeline';

/** In-process "look now" between rooms, sent after a commit. Polling is the truth. */
export class Nudges {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  send(...topics: NudgeTopic[]): void {
    for (const topic of topics) this.emitter.emit(topic);
  }

  /** Returns the function that ends it. */
  on(topic: NudgeTopic, listener: () => void): () => void {
    this.emitter.on(topic, listener);
    return () => this.emitter.off(topic, listener);
  }
}
