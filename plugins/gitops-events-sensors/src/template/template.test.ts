import fc from 'fast-check';
import { toCel } from '../cel/values';
import { compileTemplate } from './template';

const data = {
  text: 'web',
  count: 3,
  share: 0.5,
  yes: true,
  nothing: null,
  list: [1, 'a'],
  map: { a: { b: 1 } },
};
const resolve = (value: unknown) => {
  const outcome = compileTemplate(value, ['data'])({ data: toCel(data) });
  return outcome.ok ? outcome.value : outcome.reason;
};

describe('compileTemplate', () => {
  it.each(Object.entries(data))('keeps the type of %s', (name, value) => {
    expect(resolve(`\${{ data.${name} }}`)).toEqual(value);
    expect(resolve(`\${{data.${name}}}`)).toEqual(value);
  });

  it.each([
    ['a-${{ data.text }}-${{ data.count }}', 'a-web-3'],
    [' ${{ data.text }}', ' web'],
    ['${{ data.share }} ${{ data.yes }}', '0.5 true'],
    ['${{ data.text }}${{ data.text }}', 'webweb'],
    ['${{ {"a": {"b": "}}"}}.a.b }}', '}}'],
    ['${{ "it\'s ${{ }}" }}', "it's ${{ }}"],
    ['no expression, $ { { and }}', 'no expression, $ { { and }}'],
    ['', ''],
  ])('%s', (text, value) => {
    expect(resolve(text)).toEqual(value);
  });

  it('resolves what is nested, and leaves all else as it is', () => {
    expect(
      resolve({
        a: [{ b: '${{ data.count }}' }, 2, null, true],
        c: { d: 'x${{ data.text }}' },
      }),
    ).toEqual({ a: [{ b: 3 }, 2, null, true], c: { d: 'xweb' } });
  });

  it('gives the first reason why there is no value', () => {
    expect(resolve({ a: 1, b: ['${{ data.missing }}'] })).toMatchObject({
      code: 'missingField',
      detail: { path: 'data.missing' },
    });
  });

  it.each(['list', 'map', 'nothing'])('writes no %s into a text', name => {
    expect(resolve(`x \${{ data.${name} }}`)).toMatchObject({
      code: 'expression',
      message: expect.stringContaining('cannot stand inside a longer text'),
    });
  });

  it('writes no text of any size', () => {
    const large = { data: toCel('x'.repeat(100_000)) };
    const text = (times: number) => `-${'${{ data }}'.repeat(times)}`;
    expect(compileTemplate(text(10), ['data'])(large).ok).toBe(true);
    expect(compileTemplate(text(11), ['data'])(large)).toMatchObject({
      reason: {
        code: 'tooLarge',
        message: expect.stringContaining('makes a text of 1100001 characters'),
      },
    });
  });

  it('refuses what is never closed', () => {
    expect(() => compileTemplate('${{ data.text }', ['data'])).toThrow(
      'never closed',
    );
  });

  it('leaves a value without expressions alone', () => {
    const plain = fc
      .jsonValue()
      .filter(value => !JSON.stringify(value).includes('${{'));
    fc.assert(
      fc.property(plain, value => {
        expect(resolve(value)).toEqual(value);
      }),
    );
  });
});
