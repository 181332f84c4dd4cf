/**
 * A map of bounded size that forgets what was not asked for the longest.
 *
 * @public
 */
export class RecentMap<T> {
  private readonly entries = new Map<string, T>();

  constructor(private readonly size: number) {}

  /** The value of a key, made when it is not there. */
  get(key: string, make: () => T): T {
    const value = this.entries.has(key) ? this.entries.get(key)! : make();
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.size) {
      this.entries.delete(this.entries.keys().next().value!);
    }
    return value;
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }
}
