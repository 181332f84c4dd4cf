import { conformanceCases } from './__testUtils__/conformance';
import { abbreviate } from './abbreviate';
import { explainExpression } from './explain';
import { compileExpression } from './expression';
import { toCel } from './values';

const event = toCel({
  type: 'alert',
  data: {
    severity: 'warning',
    count: 3,
    images: [{ tag: 'v1' }, { tag: 'v2' }],
    'a-b': { c: [7] },
    at: '2026-01-01T00:00:00Z',
    long: 'x'.repeat(5000),
    many: Array.from({ length: 5000 }, (_, n) => n),
  },
});

/** Parts by their text, as one reads them. */
const explain = (text: string) =>
  explainExpression(text, { event }).map(({ text: part, offset, ...rest }) => [
    part,
    offset,
    'value' in rest ? rest.value : rest,
  ]);
const skipped = { notEvaluated: true };

describe('explainExpression', () => {
  it('gives the sides of a comparison, and what was not evaluated', () => {
    const text =
      'event.data.severity == "critical" && event.data.count + 1 > 2 && event.type == "alert"';
    expect(explain(text)).toEqual([
      [text, 0, false],
      ['event.data.severity == "critical"', 0, false],
      ['event.data.severity', 0, 'warning'],
      ['event.data.count + 1 > 2', 37, skipped],
      ['event.type == "alert"', 65, skipped],
    ]);
  });

  it('gives calls with what they were called on', () => {
    expect(explain('!event.type.startsWith("a".upperAscii())')).toEqual([
      ['!event.type.startsWith("a".upperAscii())', 0, true],
      ['event.type.startsWith("a".upperAscii())', 1, false],
      ['event.type', 1, 'alert'],
      ['"a".upperAscii()', 23, 'A'],
    ]);
  });

  it('goes on after an error where CEL does', () => {
    const error =
      '`event.data.gone` is missing; test for it with has(...) where it may be absent.';
    expect(explain('event.data.gone == 1 || event.type != ""')).toEqual([
      ['event.data.gone == 1 || event.type != ""', 0, true],
      ['event.data.gone == 1', 0, { error }],
      ['event.data.gone', 0, { error }],
      ['event.type != ""', 24, true],
      ['event.type', 24, 'alert'],
    ]);
    expect(explain('event.data.gone + event.data.count')).toEqual([
      ['event.data.gone + event.data.count', 0, { error }],
      ['event.data.gone', 0, { error }],
      ['event.data.count', 18, skipped],
    ]);
  });

  it('takes the branch that was taken', () => {
    expect(
      explain('has(event.data.x) ? event.data.x : event.data["a-b"].c[0]'),
    ).toEqual([
      ['has(event.data.x) ? event.data.x : event.data["a-b"].c[0]', 0, 7],
      ['has(event.data.x)', 0, false],
      ['event.data.x', 20, skipped],
      ['event.data["a-b"].c[0]', 35, 7],
    ]);
  });

  it('takes a loop as one part, beside what it runs over', () => {
    const text = 'event.data.images.filter(i, i.tag == "v2")[0].tag == "v1"';
    expect(explain(text)).toEqual([
      [text, 0, false],
      ['event.data.images.filter(i, i.tag == "v2")[0].tag', 0, 'v2'],
      ['event.data.images.filter(i, i.tag == "v2")[0]', 0, { tag: 'v2' }],
      ['event.data.images.filter(i, i.tag == "v2")', 0, [{ tag: 'v2' }]],
      ['event.data.images', 0, [{ tag: 'v1' }, { tag: 'v2' }]],
    ]);
  });

  it('shows values of any type, and no more of them than one can read', () => {
    expect(explain('timestamp(event.data.at) + duration("90m")')).toEqual([
      [expect.any(String), 0, '2026-01-01T01:30:00Z'],
      ['timestamp(event.data.at)', 0, '2026-01-01T00:00:00Z'],
      ['event.data.at', 10, '2026-01-01T00:00:00Z'],
      ['duration("90m")', 27, '5400s'],
    ]);
    const sizes = explainExpression('event.data', { event });
    expect(JSON.stringify(sizes).length).toBeLessThan(1000);
    const many = Array.from({ length: 200 }, () => 'event.type==""');
    expect(explain(many.join('||'))).toHaveLength(100);
  });

  it('says what is wrong with an expression that cannot be run', () => {
    expect(explain('event.type == 1 +')).toMatchObject([
      [
        'event.type == 1 +',
        16,
        { error: expect.stringContaining('not a CEL') },
      ],
    ]);
  });

  it('gives what the evaluation gives, for whatever the language can say', () => {
    const texts = conformanceCases()
      .filter(({ test }) => test.typeEnv.length === 0 && !test.disableCheck)
      .map(({ test }) => test.expr);
    let compared = 0;
    for (const text of texts) {
      let outcome;
      try {
        outcome = compileExpression(text, []).evaluate({});
      } catch {
        continue;
      }
      compared += 1;
      const [whole] = explainExpression(text, {});
      expect({ ...whole, text }).toEqual({
        text,
        offset: expect.any(Number),
        ...(outcome.ok
          ? { value: abbreviate(outcome.value) }
          : { error: outcome.reason.message }),
      });
    }
    expect(compared).toBeGreaterThan(1500);
  });
});
