import fc from 'fast-check';
import { jsonErrorOffset } from './jsonError';
import { partsOf } from './jsonText';

const spaced = fc
  .tuple(fc.json(), fc.constantFrom(0, 1, '\t', ' \r'))
  .map(([text, indent]) => JSON.stringify(JSON.parse(text), null, indent));

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('partsOf', () => {
  it('cuts an object into the texts of its members', () => {
    const text =
      ' {"a":1 , "b\\"\\\\" : [ "}" , {"c":"]\\\\"} ],"d":9007199254740993}';
    expect(
      partsOf(text).map(({ name, start, end }) => [
        name,
        text.slice(start, end),
      ]),
    ).toEqual([
      ['a', '1'],
      ['b"\\', '[ "}" , {"c":"]\\\\"} ]'],
      ['d', '9007199254740993'],
    ]);
  });

  it('finds in any object or array what the parser finds', () => {
    fc.assert(
      fc.property(spaced, text => {
        const value = JSON.parse(text);
        if (typeof value !== 'object' || value === null) return;
        const found = partsOf(text).map(({ name, start, end }) => [
          name,
          JSON.parse(text.slice(start, end)),
        ]);
        const expected = Array.isArray(value)
          ? value.map(item => [undefined, item])
          : Object.entries(value);
        expect(found).toEqual(expect.arrayContaining(expected));
        expect(found).toHaveLength(expected.length);
      }),
    );
  });

  it('is not impressed by depth', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(partsOf(`[${deep}]`)).toEqual([
      { name: undefined, start: 1, end: 400_001 },
    ]);
  });
});

describe('jsonErrorOffset', () => {
  it.each([
    ['{"a":x}', 5],
    ['{"a":1,}', 7],
    ['[1,2', 4],
    ['', 0],
    ['[1,]', 3],
    ['{"a" 1}', 5],
    ['{"a":"\u0001"}', 5],
    ['01', 1],
    ['[1] x', 4],
    ['{', 1],
    ['["\\u12"]', 1],
  ])('%j stops being JSON at %i', (text, offset) => {
    expect(isJson(text)).toBe(false);
    expect(jsonErrorOffset(text)).toBe(offset);
  });

  it('agrees with the parser on every text', () => {
    const broken = fc
      .tuple(
        spaced,
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', ']', '0', '\\', 'e', '\n'),
      )
      .map(([text, at, sign]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + sign + text.slice(cut + 1);
      });
    fc.assert(
      fc.property(fc.oneof(spaced, broken, fc.string()), text => {
        expect(jsonErrorOffset(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not impressed by depth', () => {
    expect(jsonErrorOffset('['.repeat(200_000))).toBe(200_000);
  });
});
