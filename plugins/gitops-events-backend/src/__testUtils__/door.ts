import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';

/** Keeps who comes waiting from `shut` until `open`, and counts them. */
export class Door {
  private opened = Promise.resolve();
  open = () => {};
  /** Since it was shut. */
  came = 0;

  shut(): void {
    this.came = 0;
    this.opened = new Promise(resolve => {
      this.open = () => resolve();
    });
  }

  async pass(): Promise<void> {
    this.came += 1;
    await this.opened;
  }
}

/** A host with something to pass before one of its calls. */
export const before =
  (call: keyof ChangeHost, pass: (...given: any[]) => Promise<void>) =>
  (host: ChangeHost): ChangeHost =>
    new Proxy(host, {
      get(target, key: keyof ChangeHost) {
        const value = target[key];
        if (key !== call || typeof value !== 'function') return value;
        return async (...given: any[]) => {
          await pass(...given);
          return Reflect.apply(value, target, given);
        };
      },
    });
