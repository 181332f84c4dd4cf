/** Overruns after which a sensor rests, and for how long. */
const overrunsAllowed = 3;
const restMs = 60_000;

/**
 * Sensors that overran again and again: each overrun costs everybody a thread,
 * so for a while their events are held without asking them. By place in the
 * active set; a new set starts afresh.
 */
export class RestingSensors {
  private readonly overruns = new Map<number, number>();
  private readonly until = new Map<number, number>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  add(place: number): void {
    const overruns = (this.overruns.get(place) ?? 0) + 1;
    this.overruns.set(place, overruns);
    if (overruns >= overrunsAllowed) this.until.set(place, this.now() + restMs);
  }

  /** After its rest one overrun is enough for the next. */
  places(): Set<number> {
    const now = this.now();
    for (const [place, until] of this.until) {
      if (until <= now) this.until.delete(place);
    }
    return new Set(this.until.keys());
  }
}
