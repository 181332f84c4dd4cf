/**
 * What the thread is at, in memory that both sides see: a thread that is stuck
 * or dead cannot answer, but this says where it was.
 */
export class Progress {
  private readonly cells: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(3 * 4)) {
    this.cells = new Int32Array(memory);
  }

  /** A new piece of work with its own deadline begins; -1: no event, no sensor. */
  begin(event: number, sensor: number): void {
    Atomics.store(this.cells, 1, event);
    Atomics.store(this.cells, 2, sensor);
    Atomics.add(this.cells, 0, 1);
  }

  read(): { count: number; event: number; sensor: number } {
    return {
      count: Atomics.load(this.cells, 0),
      event: Atomics.load(this.cells, 1),
      sensor: Atomics.load(this.cells, 2),
    };
  }
}
