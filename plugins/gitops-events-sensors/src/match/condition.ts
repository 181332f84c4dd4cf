import { didYouMean } from '../suggestion';

/** Why a condition is refused; `offset` counts characters of its text. */
export interface ConditionProblem {
  rule: 'condition';
  message: string;
  offset: number;
}

/**
 * Names in a condition such as `alert || (pushed || resized)`: any of them
 * completes it. Decided on one event, so there is nothing but `||`.
 */
export function parseCondition(
  text: string,
  dependencies: readonly string[],
): { names: string[] } | { problem: ConditionProblem } {
  const fail = (message: string, offset: number) => ({
    problem: { rule: 'condition' as const, message, offset },
  });
  const names: string[] = [];
  let open = 0;
  let wantsName = true;
  const token = /\s*(?:([a-zA-Z][a-zA-Z0-9_]*)|(\|\||&&|[!()])|(\S))/y;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [, name, sign, other] = match;
    const found = name ?? sign ?? other;
    const offset = token.lastIndex - found.length;
    if (sign === '&&' || sign === '!') {
      return fail(
        `"${sign}" looks at several events and needs a window, which a sensor cannot have; use ||, or put both tests into one filter.`,
        offset,
      );
    }
    if (name !== undefined && wantsName) {
      if (!dependencies.includes(name)) {
        const hint = didYouMean(name, dependencies) || '.';
        return fail(`There is no dependency "${name}"${hint}`, offset);
      }
      names.push(name);
      wantsName = false;
    } else if (sign === '(' && wantsName) {
      open++;
    } else if (sign === ')' && !wantsName && open > 0) {
      open--;
    } else if (sign === '||' && !wantsName) {
      wantsName = true;
    } else {
      return fail(
        `"${found}" is not expected here; write names of dependencies with || between them.`,
        offset,
      );
    }
  }
  if (wantsName || open > 0) {
    return fail(
      wantsName
        ? 'The condition ends where a name of a dependency is expected.'
        : 'A bracket is never closed.',
      text.length,
    );
  }
  return { names };
}
