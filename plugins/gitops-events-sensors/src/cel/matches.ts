import {
  celEnv,
  celMethod,
  CelScalar,
  isCelError,
  type CelFunc,
} from '@bufbuild/cel';

/** Characters of a regular expression; a pattern from a payload may be as long as the payload. */
export const maxPatternLength = 500;

const standard = celEnv().funcs.find('matches')!;

/** `matches` of CEL, which is linear in its text, with a bound on the pattern: to compile 720 kB of it took 109 s. */
export const matches: CelFunc = celMethod(
  'matches',
  CelScalar.STRING,
  [CelScalar.STRING],
  CelScalar.BOOL,
  function boundedMatches(this: string, pattern: string) {
    if (pattern.length > maxPatternLength) {
      throw new Error(
        `the regular expression is longer than ${maxPatternLength} characters`,
      );
    }
    const result = standard.call(0, this, [pattern]);
    if (isCelError(result)) throw new Error(result.message);
    return result === true;
  },
);
