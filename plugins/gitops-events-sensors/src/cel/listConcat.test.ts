import fc from 'fast-check';
import { createEvaluator } from './evaluator';

const evaluate = createEvaluator({ size: 10 });

describe('+ of lists', () => {
  it('leaves both sides as they are, whoever grows from them', () => {
    const list = fc.array(fc.integer(), { maxLength: 4 });
    fc.assert(
      fc.property(list, list, list, (a, b, c) => {
        const text =
          '[a + b].map(grown, [grown + c, grown + b, grown, grown + [], c + grown])[0]';
        expect(evaluate(text, { a, b, c })).toEqual({
          value: [
            [...a, ...b, ...c],
            [...a, ...b, ...b],
            [...a, ...b],
            [...a, ...b],
            [...c, ...a, ...b],
          ],
        });
      }),
    );
  });

  it('reads no item behind the end', () => {
    expect(
      evaluate('[a + [1]].map(grown, [grown + [2], grown[1]])', { a: [] }),
    ).toMatchObject({ reason: { message: expect.stringContaining('[1]') } });
  });

  it('makes a list of 100,000 with map and filter', () => {
    const list = Array.from({ length: 100_000 }, (_, at) => at);
    const text =
      'list.map(x, x + 1).filter(x, x % 2 == 0).exists(x, x == 100000)';
    expect(evaluate(text, { list })).toEqual({ value: true });
  });
});
