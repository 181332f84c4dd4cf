import { compileExpression, parseExpression } from './expression';
import { toCel } from './values';

const event = toCel({
  data: { list: [1, 2], repository: { name: 'web' }, 'a-b': 1 },
});
const variables = ['event'];

const keys = (count: number) =>
  Array.from({ length: count }, (_, at) => `"${at}": 1`).join();

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

  it('takes no regular expression of any length from a payload', () => {
    const text = 'event.data.matches(event.data)';
    const of = (data: string) =>
      compileExpression(text, variables).evaluate({ event: toCel({ data }) });
    expect(of('a'.repeat(500))).toEqual({ ok: true, value: true });
    expect(of('a'.repeat(501))).toMatchObject({
      reason: {
        message: `\`${text}\` failed: the regular expression is longer than 500 characters.`,
      },
    });
    expect(of('(')).toMatchObject({
      reason: { message: expect.stringContaining('missing closing )') },
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
    [`event.a in [${'1,'.repeat(200)}1]`, 'cel-limit', 11],
    [`{${keys(201)}}.size() > 0`, 'cel-limit', 0],
    [`${'event.a.b||'.repeat(340)}true`, 'cel-limit', expect.any(Number)],
    ['event.a.matches("(a")', 'cel-regex', 16],
    ['event.a.matches("a(?=b)")', 'cel-regex', 16],
    [`event.a.matches("${'a'.repeat(501)}")`, 'cel-regex', 16],
    ['event.a.matches("(a{1,100}b){11}c{990}")', 'cel-regex', 16],
    ['strings.qoute("a")', 'unknown-function', 7],
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

  it('allows as much as its limits say', () => {
    const list = (items: number) => `event.a in [${'1,'.repeat(items)}]`;
    expect(problemOf(list(200).replace(',]', ']'))).toBeUndefined();
    expect(problemOf(`{${keys(200)}}.size() > 0`)).toBeUndefined();
    const pattern = `${'a'.repeat(488)}(b{1,20}c)`;
    expect(problemOf(`event.a.matches("${pattern}")`)).toBeUndefined();
    expect(problemOf('event.a.matches(event.b)')).toBeUndefined();
  });

  it('allows comprehensions beside each other and two inside each other', () => {
    const text =
      'event.a.filter(x, x > 0).map(x, x + 1).all(x, event.b.exists(y, y == x))';
    expect(problemOf(text)).toBeUndefined();
  });

  it('knows the names of types, macros and string functions', () => {
    const text =
      'type(event.a) == list && strings.quote(event.c) != "" && event.b.split(",").exists_one(x, x.trim() == "a") && string(1) in ["1"]';
    expect(problemOf(text)).toBeUndefined();
  });
});
