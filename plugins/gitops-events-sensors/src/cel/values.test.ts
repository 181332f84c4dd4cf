import fc from 'fast-check';
import { createEvaluator } from './evaluator';
import { toCel } from './values';

const evaluate = createEvaluator({ size: 10 });
const valueOf = (text: string, data: unknown = {}) => {
  const result = evaluate(text, { data });
  return 'value' in result ? result.value : result.reason.message;
};

describe('values', () => {
  it('come back from CEL as they went in', () => {
    const json = fc.json({ maxDepth: 4 }).map(text => JSON.parse(text));
    fc.assert(
      fc.property(json, data => {
        expect(evaluate('data', { data })).toEqual({ value: data });
      }),
    );
  });

  it('binds whole numbers within 2^53 as int, others as double', () => {
    const data = { count: 3, share: 0.5, large: 1e300 };
    expect(valueOf('type(data.count) == int', data)).toBe(true);
    expect(valueOf('data.count + 1', data)).toBe(4);
    expect(valueOf('type(data.share) == double', data)).toBe(true);
    expect(valueOf('type(data.large) == double', data)).toBe(true);
    expect(valueOf('data[0]', [9_007_199_254_740_991])).toBe(2 ** 53 - 1);
  });

  it('gives keys such as __proto__ no power', () => {
    const data = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}');
    expect(valueOf('has(data.admin)', data)).toBe(false);
    expect(valueOf('data.constructor', data)).toBe(1);
    expect(Object.keys(valueOf('data', data) as object)).toEqual([
      '__proto__',
      'constructor',
    ]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each([
    ['9007199254740993', /beyond 2\^53/],
    ['1.0 / 0.0', /which JSON cannot hold/],
    ['b"abc"', /of type bytes; make it text/],
    ['timestamp("2026-01-01T00:00:00Z")', /google.protobuf.Timestamp; make it/],
    ['type(1)', /of type type/],
  ])('refuses the result of %s', (text, message) => {
    expect(valueOf(text)).toMatch(message);
  });

  it('writes out no value that is small only because it is shared', () => {
    const shared = 'x'.repeat(100_000);
    const text = '[1,2,3,4,5,6,7,8,9,10,11].map(x, data)';
    expect(valueOf(text, shared)).toMatch(/more than 1048576 characters of/);
    expect(valueOf(text, 'x')).toEqual(Array(11).fill('x'));
  });

  it('refuses what is nested too deep', () => {
    const deep = JSON.parse('['.repeat(65) + ']'.repeat(65));
    expect(() => toCel(deep)).toThrow('nested deeper than 64');
    const fits = JSON.parse('['.repeat(64) + ']'.repeat(64));
    expect(() => toCel(fits)).not.toThrow();
  });
});
