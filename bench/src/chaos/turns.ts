/** Lets so many at a time go on; the others wait in line. */
export class Turns {
  private readonly waiting: Array<() => void> = [];

  constructor(private free: number) {}

  /**
   * Resolves with true once it is one's turn.
   *
   * @param gone - whoever is gone by then leaves the line, with false
   */
  async take(gone: Promise<void>): Promise<boolean> {
    if (this.free > 0) {
      this.free -= 1;
      return true;
    }
    let next = () => {};
    const turn = new Promise<void>(done => {
      next = done;
      this.waiting.push(next);
    });
    await Promise.race([turn, gone]);
    const place = this.waiting.indexOf(next);
    if (place < 0) return true;
    this.waiting.splice(place, 1);
    return false;
  }

  giveBack(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}
