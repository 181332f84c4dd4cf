import fc from 'fast-check';
import { branchRef } from '@gitops-events/plugin-gitops-events-node/git';
import { git } from './__testUtils__/gitCommand';

describe('branchRef', () => {
  it.each(['main', 'gitops-events/0123abcd', 'feature/ü-1', 'a.b/c@d'])(
    'takes %j',
    branch => expect(branchRef(branch)).toBe(`refs/heads/${branch}`),
  );

  it.each([
    '',
    '-d',
    '--delete',
    'a b',
    'a\nb',
    'a\0b',
    'a..b',
    'a/../b',
    '../b',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.',
    'a.lock',
    'a.lock/b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a@{1}',
    'HEAD',
    'x'.repeat(300),
  ])('refuses %j with a sentence', branch => {
    expect(() => branchRef(branch)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining('The branch name'),
      }),
    );
  });

  it('takes nothing that git refuses', async () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'b',
        '/',
        '.',
        '..',
        '@',
        '{',
        '~',
        '-',
        '.lock',
        ' ',
        'ü',
        '\\',
      ],
    );
    const names = fc
      .array(piece, { minLength: 1, maxLength: 6 })
      .map(pieces => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(names, async branch => {
        let ref: string;
        try {
          ref = branchRef(branch);
        } catch {
          return;
        }
        expect(await git('/', 'check-ref-format', '--branch', branch)).toBe(
          ref.slice('refs/heads/'.length),
        );
      }),
      { numRuns: 150 },
    );
  });
});
