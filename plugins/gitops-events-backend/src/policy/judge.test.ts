import { readFile } from 'node:fs/promises';
import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import { judge } from './judge';
import { loggedCheck } from './loggedCheck';
import { testChange } from './__testUtils__/testChange';

const change = testChange({ 'a.yaml': [undefined, 'a: 1\n'] });
const check = (
  name: string,
  answer: PolicyCheck['check'],
  rest: Partial<PolicyCheck> = {},
): PolicyCheck => ({ name, check: answer, ...rest });
const logOf = () => {
  const lines: string[] = [];
  return { lines, warn: (line: string) => void lines.push(line) };
};
const pass = (name: string): Verdict => ({
  check: name,
  verdict: 'pass',
  reasons: [],
});

describe('judge', () => {
  it('gives the verdict of each check, and cannot for one that fails, hangs or gives none', async () => {
    const verdicts = await judge(change, [
      check('fine', async () => pass('fine')),
      check('broken', async () => {
        throw new Error('no route');
      }),
      check('broken at once', () => {
        throw new Error('no route');
      }),
      check('hanging', () => new Promise(() => {}), { deadlineMs: 20 }),
      check('gibberish', async () => ({ verdict: 'yes' }) as any),
      check('nothing', async () => undefined as any),
    ]);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual([
      'pass',
      ...Array(5).fill('cannot'),
    ]);
    expect(verdicts.flatMap(({ reasons }) => reasons)).toEqual([
      'It failed: no route',
      'It failed: no route',
      'It gave no answer within 20 ms.',
      'Its answer is no verdict.',
      'Its answer is no verdict.',
    ]);
  });

  it('tells what fails inside a check to the log alone', async () => {
    const { warn, lines } = logOf();
    const [verdict] = await judge(change, [
      loggedCheck(
        check(
          'schema',
          async () => (await readFile('/inner/schema.json')) as any,
        ),
        { warn },
      ),
    ]);
    expect(verdict).toEqual({
      check: 'schema',
      verdict: 'cannot',
      reasons: [
        'It failed: Something failed inside the portal. Ask whoever runs it to look into the log of the backend, at "Policy check schema".',
      ],
    });
    expect(lines).toEqual([
      expect.stringMatching(/^Policy check schema failed: .*\/inner\/schema/),
    ]);
  });

  it('does not let one check speak in the name of another', async () => {
    const verdicts = await judge(change, [
      check('mine', async () => pass('secret scan')),
    ]);
    expect(verdicts).toEqual([pass('mine')]);
  });

  it('ends what is late, and does not wait for it again in the same turn', async () => {
    let asked = 0;
    let aborted = false;
    const slow = check(
      'slow',
      (_, { signal }) => {
        asked += 1;
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return new Promise(() => {});
      },
      { deadlineMs: 20 },
    );
    const late = new Set<string>();
    await judge(change, [slow], { late });
    expect(aborted).toBe(true);
    const [again] = await judge(change, [slow], { late });
    expect(again.verdict).toBe('cannot');
    expect(asked).toBe(1);
  });

  it('asks what guards the commit every time, since its silence holds a run', async () => {
    let asked = 0;
    const guard = check(
      'guard',
      async () => {
        asked += 1;
        return asked === 1 ? new Promise(() => {}) : pass('guard');
      },
      { deadlineMs: 20, guards: 'commit' },
    );
    const late = new Set<string>();
    const [first] = await judge(change, [guard], { late });
    const [second] = await judge(change, [guard], { late });
    expect([first.verdict, second.verdict]).toEqual(['cannot', 'pass']);
  });

  it('asks again only what could not tell', async () => {
    const asked: string[] = [];
    const counting = (name: string) =>
      check(name, async () => {
        asked.push(name);
        return pass(name);
      });
    const known: Verdict[] = [
      { check: 'told', verdict: 'review', reasons: ['Look.'] },
      { check: 'busy', verdict: 'cannot', reasons: ['Busy.'] },
    ];
    const verdicts = await judge(
      change,
      ['told', 'busy', 'new'].map(counting),
      { known },
    );
    expect(asked).toEqual(['busy', 'new']);
    expect(verdicts).toEqual([known[0], pass('busy'), pass('new')]);
  });

  it('shows reasons on one line each, not too many, without what looks like a secret', async () => {
    const token = `ghp_${'a1'.repeat(18)}`;
    const reasons = [
      `Two\nlines with ${token}`,
      'x'.repeat(9_000),
      ...Array.from({ length: 40 }, (_, at) => `reason ${at}`),
    ];
    const [{ reasons: shown }] = await judge(change, [
      check('many', async () => ({ check: '', verdict: 'deny', reasons })),
    ]);
    expect(shown).toHaveLength(21);
    expect(shown[0]).toMatch(/^Two lines with/);
    expect(shown.join()).not.toContain(token);
    expect(shown[1]).toHaveLength(500);
    expect(shown[20]).toBe('And 22 more.');
  });
});
