import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { testHost } from './__testUtils__/bareRepository';
import { repository } from './__testUtils__/fixtures';
import { git } from './__testUtils__/gitCommand';
import { startTypescript } from './__testUtils__/typescriptProcess';

const script = path.join(__dirname, '__testUtils__/commitLoop.ts');
const kills = 30;
/** Processes at work at the same time, in the same repository. */
const together = 3;

describe('processes killed while they write', () => {
  it('lose nothing that was acknowledged and block nobody', async () => {
    const test = await testHost();
    const told: string[] = [];
    let started = 0;

    const runAndKill = async () => {
      const name = `p${++started}`;
      let stopAfter = 2 + Math.floor(Math.random() * 12);
      const child = startTypescript(script, [test.directory, name], line => {
        told.push(line);
        // Some time after an acknowledgement: anywhere in what it does next.
        if (stopAfter-- === 0) {
          setTimeout(() => child.kill('SIGKILL'), Math.random() * 40);
        }
      });
      const [code, signal] = await once(child, 'close');
      expect([code, signal]).toEqual([null, 'SIGKILL']);
    };
    for (let killed = 0; killed < kills; killed += together) {
      await Promise.all(Array.from({ length: together }, runAndKill));
    }

    const host = await test.another();
    const head = (await host.head(repository, 'main'))!;
    const files = await host.read(repository, head, ['./']);
    const present = new Set(files.map(({ path: name }) => name));
    const promised = told.filter(line => /^(acknowledged|merged)\//.test(line));
    expect(promised.length).toBeGreaterThan(kills);
    expect(promised.filter(name => !present.has(name))).toEqual([]);

    const pulls = told
      .map(line => /^pull (\d+) (.*)$/.exec(line))
      .filter(match => match !== null);
    expect(new Set(pulls.map(([, number]) => number)).size).toBe(pulls.length);
    for (const [, number, branch] of pulls) {
      const pull = await host.get(repository, branch);
      expect(pull?.number).toBe(Number(number));
      const merged = present.has(branch.replace('change/', 'merged/'));
      expect(pull?.state).toBe(merged ? 'merged' : 'open');
    }
    // Each at most once: as many commits as files came in.
    const count = await git(
      test.bare,
      'rev-list',
      '--count',
      `${test.base}..main`,
    );
    expect(Number(count)).toBe(present.size);

    const next = await host.commit(
      test.request({ branch: 'main', expectedHead: head, parent: head }),
    );
    expect(next.outcome).toBe('committed');
    const left = await readdir(test.bare, { recursive: true });
    expect(left.filter(name => name.endsWith('.lock'))).toEqual([]);
    await test.finish();
  }, 300_000);
});
