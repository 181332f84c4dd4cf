import fc from 'fast-check';
import { jsonMistake } from './jsonMistake';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('jsonMistake', () => {
  it.each([
    ['{"a": x}', 6],
    ['{"a": 1,}', 8],
    ['{"a" 1}', 5],
    ['[1, 2', 5],
    ['{"a": 1} {}', 9],
    ['{a: 1}', 1],
    ['// no\n{}', 0],
    ['{"a": 01}', 7],
    ['["\t"]', 1],
    ['[,]', 1],
    ['', 0],
    ['}', 0],
    ['[1,\u00a02]', 3],
  ])('finds where %j goes wrong', (text, offset) => {
    expect(isJson(text)).toBe(false);
    expect(jsonMistake(text)).toBe(offset);
  });

  it('agrees with the engine, whatever the text', () => {
    const torn = fc
      .tuple(
        fc.json(),
        fc.nat(60),
        fc.constantFrom('', ',', '}', '[', '"', ':', ' ', '1', 'null'),
        fc.nat(2),
      )
      .map(
        ([text, at, put, drop]) =>
          text.slice(0, at) + put + text.slice(at + drop),
      );
    fc.assert(
      fc.property(fc.oneof(fc.json(), torn), text => {
        expect(jsonMistake(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes no longer for a long text than its length', () => {
    const text = `[${'  {"a": [1, 2]},\n'.repeat(20_000)}1]`;
    expect(jsonMistake(text)).toBeUndefined();
    expect(jsonMistake(text.slice(0, -2))).toBeDefined();
  });
});
