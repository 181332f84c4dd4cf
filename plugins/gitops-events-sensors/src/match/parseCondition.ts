import { didYouMean } from '../suggestion';
import type { Condition } from './condition';

/** Why a condition is refused; `offset` counts characters of its text. */
export interface ConditionProblem {
  rule: 'condition';
  message: string;
  offset: number;
}

class Refused extends Error {
  constructor(readonly problem: ConditionProblem) {
    super(problem.message);
  }
}

/** So deep may brackets and `!` stand in each other. */
const maxDepth = 50;

/** `||` binds weaker than `&&`, that weaker than `!`. */
class Reader {
  private found = '';
  private kind: 'name' | 'sign' | 'other' | 'end' = 'end';
  private offset = 0;
  private at = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly dependencies: readonly string[],
    private readonly window: boolean,
  ) {}

  whole(): Condition {
    this.next();
    const condition = this.or();
    if (this.kind !== 'end') this.unexpected();
    return condition;
  }

  private or(): Condition {
    let left = this.and();
    while (this.takes('||')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  private and(): Condition {
    let left = this.not();
    while (this.takes('&&')) left = { kind: 'and', left, right: this.not() };
    return left;
  }

  private not(): Condition {
    this.depth += 1;
    if (this.depth > maxDepth) this.fail('This is nested too deep.');
    const read = this.takes('!')
      ? ({ kind: 'not', of: this.not() } as const)
      : this.primary();
    this.depth -= 1;
    return read;
  }

  private primary(): Condition {
    if (this.takes('(')) {
      const inside = this.or();
      if (this.kind === 'end') this.fail('A bracket is never closed.');
      if (!this.takes(')')) this.unexpected();
      return inside;
    }
    if (this.kind === 'end') {
      this.fail('The condition ends where a name of a dependency is expected.');
    }
    if (this.kind !== 'name') this.unexpected();
    const name = this.found;
    if (!this.dependencies.includes(name)) {
      const hint = didYouMean(name, this.dependencies) || '.';
      this.fail(`There is no dependency "${name}"${hint}`);
    }
    this.next();
    return { kind: 'name', name };
  }

  private takes(sign: string): boolean {
    if (this.kind !== 'sign' || this.found !== sign) return false;
    if (!this.window && (sign === '&&' || sign === '!')) {
      this.fail(
        `"${sign}" looks at several events; add \`window: { join: ... }\`, use ||, or put both tests into one filter.`,
      );
    }
    this.next();
    return true;
  }

  private next(): void {
    const token = /\s*(?:([a-zA-Z][a-zA-Z0-9_]*)|(\|\||&&|[!()])|(\S))/y;
    token.lastIndex = this.at;
    const match = token.exec(this.text);
    if (!match) {
      this.kind = 'end';
      this.offset = this.text.length;
      return;
    }
    const [, name, sign, other] = match;
    this.found = name ?? sign ?? other;
    this.kind = other === undefined ? 'sign' : 'other';
    if (name !== undefined) this.kind = 'name';
    this.at = token.lastIndex;
    this.offset = this.at - this.found.length;
  }

  private unexpected(): never {
    return this.fail(
      `"${this.found}" is not expected here; write names of dependencies with ${this.window ? '||, && and !' : '||'} between them.`,
    );
  }

  private fail(message: string): never {
    throw new Refused({ rule: 'condition', message, offset: this.offset });
  }
}

/**
 * Reads a condition such as `built && (scanned || waived) && !withdrawn`.
 *
 * @param options - `window`: whether it is asked of several events; without it there is only `||`
 */
export function parseCondition(
  text: string,
  dependencies: readonly string[],
  options: { window: boolean } = { window: false },
): { condition: Condition } | { problem: ConditionProblem } {
  try {
    const reader = new Reader(text, dependencies, options.window);
    return { condition: reader.whole() };
  } catch (error) {
    if (error instanceof Refused) return { problem: error.problem };
    throw error;
  }
}
