import { presentTime } from '../../presentTime';
import type { IntakeStop } from '../../store/intakes';

/** `reading`: from outside. `taking`: its ingress waits. `failing`: our bug, or a lost database. */
const kinds = ['failing', 'taking', 'reading'] as const;
type Kind = (typeof kinds)[number];

/** What keeps a reader from going on, and what of it was told. */
export class Trouble {
  private readonly messages = new Map<Kind, string>();
  /** Undefined where nobody knows what stands there. */
  private told: { trouble: IntakeStop | undefined } | undefined;
  private telling = Promise.resolve();

  constructor(
    private readonly write: (trouble: IntakeStop | undefined) => Promise<void>,
  ) {}

  /** Another reader was told something else meanwhile. */
  begin(): void {
    this.messages.delete('reading');
    this.messages.delete('taking');
    this.told = undefined;
  }

  /** @param message - a sentence for a person; without one all is well again */
  set(what: Kind, message: string | undefined): void {
    if (message === undefined) this.messages.delete(what);
    else this.messages.set(what, message);
  }

  /** Writes it where it is another one than before; one write at a time, so that the last one stays. */
  tell(): Promise<void> {
    const telling = this.telling.then(async () => {
      const worst = kinds.find(kind => this.messages.has(kind));
      const message = worst && this.messages.get(worst);
      if (this.told && this.told.trouble?.message === message) return;
      const trouble =
        message === undefined ? undefined : { message, since: presentTime() };
      await this.write(trouble);
      this.told = { trouble };
    });
    this.telling = telling.catch(() => {});
    return telling;
  }
}
