import fc from 'fast-check';
import { createEvaluator } from './evaluator';

const evaluate = createEvaluator({ size: 20 });
const valueOf = (text: string, variables: Record<string, unknown>) => {
  const result = evaluate(text, variables);
  return 'value' in result ? result.value : result.reason.message;
};

describe('texts', () => {
  it('are replaced as everywhere', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const some = fc.string({
      unit: fc.constantFrom('a', 'b'),
      minLength: 1,
      maxLength: 2,
    });
    fc.assert(
      fc.property(short, some, short, fc.nat(4), (text, from, to, count) => {
        const all = text.replaceAll(from, () => to);
        expect(valueOf('text.replace(from, to)', { text, from, to })).toBe(all);
        let first = '';
        let rest = text;
        for (let done = 0; done < count && rest.includes(from); done++) {
          const at = rest.indexOf(from);
          first += rest.slice(0, at) + to;
          rest = rest.slice(at + from.length);
        }
        expect(
          valueOf('text.replace(from, to, count)', { text, from, to, count }),
        ).toBe(first + rest);
        expect(valueOf('text.replace(from, to, -1)', { text, from, to })).toBe(
          all,
        );
      }),
    );
    expect(valueOf('text.replace("", "-")', { text: 'a😀' })).toBe('-a-😀-');
  });

  it.each([
    ['text + text', 131_072],
    ['text.replace("x", "xx")', 131_072],
    ['[text, text].join()', 131_072],
    ['[text].join() + "%s".format([text])', 131_072],
    ['"%s%s".format([text, text])', 131_072],
  ])('%s ends at 262,144 characters', (expression, length) => {
    const size = `(${expression}).size()`;
    expect(valueOf(size, { text: 'x'.repeat(length) })).toBe(2 * length);
    expect(valueOf(size, { text: 'x'.repeat(length + 1) })).toMatch(
      /failed: it makes a text of more than 262144 characters\.$/,
    );
  });

  it('says what join takes', () => {
    expect(valueOf('[1].join(",")', {})).toMatch(/use map\(x, string\(x\)\)/);
  });
});
