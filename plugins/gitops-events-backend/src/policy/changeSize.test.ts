import { changeSize } from './changeSize';
import { testChange, verdictOf } from './__testUtils__/testChange';

const check = changeSize({ files: 2, lines: 4, bytes: 20 });
const on = (files: Parameters<typeof testChange>[0]) =>
  verdictOf(check, testChange(files));

describe('changeSize', () => {
  it('passes what is just as large as it may be', async () => {
    const change = { a: [undefined, '1\n2\n'], b: ['3\n4\n', undefined] };
    expect(await on(change as any)).toMatchObject({ verdict: 'pass' });
  });

  it.each<[string, Record<string, [string?, string?]>, string]>([
    ['files', { a: ['1\n'], b: ['2\n'], c: ['3\n'] }, '3 files; 2'],
    [
      'lines, taken away ones too',
      { a: ['1\n2\n3\n', '4\n5\n'] },
      '5 lines; 4',
    ],
    ['bytes', { a: [undefined, 'x'.repeat(21)] }, '21 bytes; 20'],
  ])('denies too many %s', async (_, files, says) => {
    const verdict = await on(files as any);
    expect(verdict.verdict).toBe('deny');
    expect(verdict.reasons).toEqual([expect.stringContaining(says)]);
  });
});
