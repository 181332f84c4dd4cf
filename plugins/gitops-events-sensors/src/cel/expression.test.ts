import { compileExpression, parseExpression } from './expression';
import { toCel } from './values';

const event = toCel({
  data: { list: [1, 2], repository: { name: 'web' }, 'a-b': 1 },
});
const variables = ['event'];

describe('compileExpression', () => {
  it.each([
    ['event.data.severity == "x"', 'event.data.severity'],
    ['event.data.labels.team == "x"', 'event.data.labels'],
    ['event.data.repository.tag', 'event.data.repository.tag'],
    ['event.data["sever-ity"] == 1', 'event.data["sever-ity"]'],
    ['event.data.list[7] == 1', 'event.data.list[7]'],
    ['event.subject', 'event.subject'],
    ['event.data.list.all(x, x == event.data.max)', 'event.data.max'],
    ['event.data[event.data.repository.name]', 'web'],
    [
      'event.data.list.filter(x, x > 0)[7] == 1',
      'event.data.list.filter(x, x > 0)[7]',
    ],
  ])('names the path that is missing in %s', (text, path) => {
    const outcome = compileExpression(text, variables).evaluate({ event });
    expect(outcome).toMatchObject({
      ok: false,
      reason: { code: 'missingField', detail: { path, expression: text } },
    });
  });

  it('knows no missing field where has() asks first', () => {
    const text = 'has(event.data.severity) && event.data.severity == "x"';
    const outcome = compileExpression(text, variables).evaluate({ event });
    expect(outcome).toEqual({ ok: true, value: false });
  });

  it('says what cannot be done with which types', () => {
    const text = 'event.data.repository.name + 1';
    expect(compileExpression(text, variables).evaluate({ event })).toEqual({
      ok: false,
      reason: {
        code: 'expression',
        message: `\`${text}\` failed: found no matching overload for '_+_' applied to '(string, int)'.`,
        detail: { expression: text },
      },
    });
  });

  it('matches regular expressions in linear time', () => {
    const text = 'event.data.matches("^(a+)+$")';
    const data = `${'a'.repeat(5000)}b`;
    const outcome = compileExpression(text, variables).evaluate({
      event: toCel({ data }),
    });
    expect(outcome).toEqual({ ok: true, value: false });
  });
});

describe('parseExpression', () => {
  const problemOf = (text: string) => {
    const result = parseExpression(text, variables);
    return 'problem' in result ? result.problem : undefined;
  };

  it.each([
    ['event.data ===1', 'cel-syntax', 11],
    ['event.data.', 'cel-syntax', 10],
    ['"abc', 'cel-syntax', 0],
    ['', 'cel-syntax', 0],
    ['evnt.data == 1', 'unknown-variable', 0],
    ['event.data == 1 && x', 'unknown-variable', 19],
    ['event.data.list.all(x, y > 0)', 'unknown-variable', 23],
    ['event.data.strtsWith("a")', 'unknown-function', 10],
    ['lenght(event.data)', 'unknown-function', 0],
    [`"${'a'.repeat(4096)}"`, 'cel-limit', 0],
    ['('.repeat(1500) + 1 + ')'.repeat(1500), 'cel-limit', 0],
    [`${'true ? 1 : '.repeat(300)}1`, 'cel-limit', 0],
    [
      'event.a.all(a, a.all(b, b.all(c, c > 0)))',
      'cel-limit',
      expect.any(Number),
    ],
  ])('refuses %s', (text, rule, offset) => {
    expect(problemOf(text)).toEqual({
      rule,
      message: expect.any(String),
      offset,
    });
  });

  it('counts depth, but no chain of the same operator', () => {
    const or = Array.from({ length: 100 }, (_, n) => `event.n == ${n}`);
    expect(problemOf(or.join(' || '))).toBeUndefined();
    expect(problemOf(`event${'.a'.repeat(100)}`)).toBeUndefined();
    expect(problemOf(`${'[1, '.repeat(31)}1${']'.repeat(31)}`)).toBeUndefined();
    expect(problemOf(`${'[1, '.repeat(32)}1${']'.repeat(32)}`)).toMatchObject({
      rule: 'cel-limit',
      message: expect.stringContaining('32 levels'),
    });
  });

  it('counts no brackets and question marks that are text', () => {
    const double = `"${'(?'.repeat(100)}"`;
    const single = `'${"[\\'".repeat(80)}'`;
    const text = `event.a == ${double} || event.a == ${single}`;
    expect(problemOf(text)).toBeUndefined();
  });

  it('allows comprehensions beside each other and two inside each other', () => {
    const text =
      'event.a.filter(x, x > 0).map(x, x + 1).all(x, event.b.exists(y, y == x))';
    expect(problemOf(text)).toBeUndefined();
  });

  it('knows the names of types, macros and string functions', () => {
    const text =
      'type(event.a) == list && event.b.split(",").exists_one(x, x.trim() == "a") && string(1) in ["1"]';
    expect(problemOf(text)).toBeUndefined();
  });
});
