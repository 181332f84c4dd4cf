const maxSentences = 5;
const maxPath = 80;

/** Collects what is not shown of a value, in words, by where in it that is. */
export class LeftOut {
  private readonly path: Array<string | number> = [];
  private readonly told = new Set<string>();
  private hasMore = false;

  /** @param part - what all of it is called, as in `Content`; where it has a name, each sentence begins with it */
  constructor(private readonly part = '') {}

  /** Whatever `visit` tells lies at that key or index. */
  within<T>(step: string | number, visit: () => T): T {
    this.path.push(step);
    try {
      return visit();
    } finally {
      this.path.pop();
    }
  }

  some(what: 'characters' | 'items' | 'fields', shown: number, of: number) {
    this.tell(() =>
      this.say(
        shown > 0
          ? `the first ${grouped(shown)} of ${grouped(of)} ${what} are shown.`
          : `none of ${grouped(of)} ${what} is shown.`,
        this.where(),
      ),
    );
  }

  levels(shown: number) {
    this.tell(() =>
      this.say(
        `what is nested deeper than ${grouped(shown)} levels is not shown.`,
      ),
    );
  }

  sentences(): string[] {
    return this.hasMore
      ? [...this.told, this.say('more of it is not shown.')]
      : [...this.told];
  }

  private tell(sentence: () => string) {
    if (this.told.size < maxSentences) this.told.add(sentence());
    else if (!this.hasMore) this.hasMore = !this.told.has(sentence());
  }

  private say(how: string, path = ''): string {
    const place = [this.part, path].filter(Boolean).join(', ');
    return place === ''
      ? `${how[0].toUpperCase()}${how.slice(1)}`
      : `${place}: ${how}`;
  }

  /** Where in it; empty for all of it. Of a long key only the beginning is looked at: anybody may have sent it. */
  private where(): string {
    let path = '';
    for (const [at, step] of this.path.entries()) {
      if (path.length > maxPath) break;
      path +=
        typeof step === 'number'
          ? `[${step}]`
          : `${at > 0 ? '.' : ''}${step.slice(0, maxPath + 1)}`;
    }
    if (path.trim() === '') return '';
    const plain = path.slice(0, maxPath).replace(/[`\s\p{Cc}\p{Cf}]+/gu, ' ');
    return `\`${plain}${path.length > maxPath ? '…' : ''}\``;
  }
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}
