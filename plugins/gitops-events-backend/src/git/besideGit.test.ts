import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { testHost } from './__testUtils__/bareRepository';
import { author, file, repository } from './__testUtils__/fixtures';
import { git, temporaryFolder } from './__testUtils__/gitCommand';

/** Pushes one commit to main as a person does; false when somebody was faster. */
async function tryToPush(clone: string, name: string): Promise<boolean> {
  await git(clone, 'fetch', '--quiet', 'origin');
  await git(clone, 'reset', '--quiet', '--hard', 'origin/main');
  await writeFile(path.join(clone, name), 'by hand\n');
  await git(clone, 'add', '--all');
  await git(clone, 'commit', '--quiet', '-m', name);
  try {
    await git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
    return true;
  } catch (error) {
    expect(String(error)).toMatch(/rejected|cannot lock|failed to update/);
    return false;
  }
}

describe('beside real git', () => {
  it('commits while people push to the same branch and git collects garbage', async () => {
    const test = await testHost();
    const clone = await temporaryFolder();
    await git(clone, 'clone', '--quiet', test.bare, '.');
    const onMain: string[] = [];
    const aside: string[] = [];
    let attempts = 0;
    let pushing = true;

    const commit = async (branch: string, from: string, name: string) => {
      const head = await test.host.head(repository, branch);
      const outcome = await test.host.commit({
        ...{ repository, branch, expectedHead: head, parent: head ?? from },
        ...{ files: [file(name, 'x\n')], message: name, author, time: 1 },
      });
      return outcome.outcome === 'committed' ? [name] : [];
    };
    const people = async () => {
      for (let pushed = 0; pushed < 10; attempts++) {
        const name = `person-${attempts}`;
        if (await tryToPush(clone, name)) {
          onMain.push(name);
          pushed += 1;
        }
      }
      pushing = false;
    };
    const collector = async () => {
      while (pushing) await git(test.bare, 'gc', '--quiet');
    };
    // A rival in every other attempt of theirs, at any moment of it; all the time on a branch beside.
    const we = async () => {
      let rivalled = -1;
      for (let n = 0; pushing; n++) {
        aside.push(...(await commit('aside', test.base, `aside-${n}`)));
        if (
          attempts % 2 === 0 &&
          attempts !== rivalled &&
          Math.random() < 0.1
        ) {
          rivalled = attempts;
          onMain.push(...(await commit('main', test.base, `ours-${n}`)));
        }
        await new Promise(done => setTimeout(done, 5));
      }
    };
    await Promise.all([people(), collector(), we()]);

    for (const [branch, wanted] of [
      ['main', onMain],
      ['aside', aside],
    ] as const) {
      const head = (await test.host.head(repository, branch))!;
      expect(await git(test.bare, 'rev-parse', branch)).toBe(head);
      const files = await test.host.read(repository, head, ['./']);
      const names = files.map(({ path: name }) => name);
      expect(names.sort()).toEqual([...wanted].sort());
      expect(await git(test.bare, 'rev-list', '--count', branch)).toBe(
        String(wanted.length + 1),
      );
    }
    await rm(clone, { recursive: true });
    await test.finish();
  }, 120_000);
});
