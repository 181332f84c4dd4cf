import type { IntakeStop } from '../../store/intakes';

/** `reading`: from outside. `taking`: its ingress waits. `failing`: our bug, or a lost database. */
const kinds = ['failing', 'taking', 'reading'] as const;
type Kind = (typeof kinds)[number];

/** What keeps a reader from going on. */
export class Trouble {
  private readonly messages = new Map<Kind, string>();
  private told: IntakeStop | undefined;
  private isTold = false;

  /** Whether it is another one than was taken last. */
  get changed(): boolean {
    return !this.isTold || this.message !== this.told?.message;
  }

  /** Another reader was told something else meanwhile. */
  begin(): void {
    this.messages.delete('reading');
    this.messages.delete('taking');
    this.isTold = false;
  }

  /** @param message - a sentence for a person; without one all is well again */
  set(what: Kind, message: string | undefined): void {
    if (message === undefined) this.messages.delete(what);
    else this.messages.set(what, message);
  }

  /** To be written. */
  take(): IntakeStop | undefined {
    const { message } = this;
    if (this.changed) {
      this.told =
        message === undefined ? undefined : { message, since: Date.now() };
    }
    this.isTold = true;
    return this.told;
  }

  private get message(): string | undefined {
    const worst = kinds.find(kind => this.messages.has(kind));
    return worst && this.messages.get(worst);
  }
}
