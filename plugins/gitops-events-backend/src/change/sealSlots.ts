/** Repositories of one forge that are sealed for at once. */
const AT_ONCE = 4;

interface Base {
  repository: string;
  base: string;
}

interface Place extends Base {
  forge: string;
}

interface Sealing extends Place {
  work: Promise<void>;
  /** Somebody found its place taken meanwhile. */
  waitedFor: boolean;
}

/** Who is sealed for at the moment: few at once of each forge, one of each repository. */
export class SealSlots {
  /** By repository. */
  private readonly sealing = new Map<string, Sealing>();
  /** When a base had its last turn. */
  private readonly turns = new Map<string, number>();
  private turn = 0;

  /** Who had no turn for longest comes first. */
  inTurn<B extends Base>(bases: B[]): B[] {
    const pending = new Set(bases.map(keyOf));
    for (const key of this.turns.keys()) {
      if (!pending.has(key)) this.turns.delete(key);
    }
    const turnOf = (base: B) => this.turns.get(keyOf(base)) ?? 0;
    return [...bases].sort((one, other) => turnOf(one) - turnOf(other));
  }

  isTaken({ repository, base, forge }: Place): boolean {
    const same = this.sealing.get(repository);
    if (same) {
      same.waitedFor ||= same.base !== base;
      return true;
    }
    const beside = [...this.sealing.values()].filter(
      one => one.forge === forge,
    );
    if (beside.length < AT_ONCE) return false;
    for (const one of beside) one.waitedFor = true;
    return true;
  }

  /** @param onFree - called when it is done, if somebody waited for that */
  take(place: Place, work: Promise<void>, onFree: () => void): void {
    this.turns.set(keyOf(place), ++this.turn);
    const sealing: Sealing = {
      ...place,
      waitedFor: false,
      work: work.finally(() => {
        this.sealing.delete(place.repository);
        if (sealing.waitedFor) onFree();
      }),
    };
    this.sealing.set(place.repository, sealing);
  }

  async settled(): Promise<void> {
    await Promise.all([...this.sealing.values()].map(({ work }) => work));
  }
}

function keyOf({ repository, base }: Base): string {
  return JSON.stringify([repository, base]);
}
