/** Who waits for the start of which step. */
export class Starts {
  private readonly waiting = new Map<string, () => void>();

  tell(id: string): void {
    this.waiting.get(id)?.();
    this.waiting.delete(id);
  }

  /** Milliseconds from the call to the start. */
  async timeOf(id: string, send: () => Promise<unknown>): Promise<number> {
    let at = 0;
    const started = new Promise<void>((done, failed) => {
      const late = setTimeout(
        () => failed(new Error(`The step of ${id} did not start in 30 s`)),
        30_000,
      );
      this.waiting.set(id, () => {
        at = performance.now();
        clearTimeout(late);
        done();
      });
    });
    const from = performance.now();
    await Promise.all([send(), started]);
    return at - from;
  }
}
