/** What goes wrong with the next requests that fit. @public */
export interface Fault {
  /** Of the HTTP method and path, such as `/POST .*pulls$/`; for GraphQL also the query. */
  when: RegExp;
  /**
   * `answer`: instead of doing it; `drop`: done, but nobody hears of it; `cut`: done,
   * and half of the answer is sent; `hang`: neither done nor answered.
   */
  what: 'answer' | 'drop' | 'cut' | 'hang';
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Requests that fit and go well before. Default none. */
  after?: number;
  /** Default once. */
  times?: number;
}

/** The faults that a forge for tests still has to make. @public */
export class Faults {
  private pending: Array<Fault & { left: number; ahead: number }> = [];

  add(fault: Fault): void {
    this.pending.push({
      ...fault,
      ...{ left: fault.times ?? 1, ahead: fault.after ?? 0 },
    });
  }

  take(request: string): Fault | undefined {
    const found = this.pending.find(({ when }) => when.test(request));
    if (found && found.ahead-- > 0) return undefined;
    if (found && --found.left === 0) {
      this.pending = this.pending.filter(fault => fault !== found);
    }
    return found;
  }

  /** Takes back what did not come to pass; says how many. */
  clear(): number {
    return this.pending.splice(0).length;
  }
}
