import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Maintenance } from './maintenance';
import { testHost, type TestHost } from './__testUtils__/bareRepository';
import { file, repository } from './__testUtils__/fixtures';
import { git } from './__testUtils__/gitCommand';

jest.setTimeout(60_000);

describe('Maintenance', () => {
  let test: TestHost;
  beforeEach(async () => {
    test = await testHost();
  });
  afterEach(() => test.finish());

  const write = async (branch: string, from: number) => {
    const files = Array.from({ length: 60 }, (_, n) =>
      file(`${from + n}`, `${from + n}`),
    );
    const outcome = await test.host.commit(test.request({ branch, files }));
    expect(outcome.outcome).toBe('committed');
  };
  const packs = async () =>
    (await readdir(path.join(test.bare, 'objects/pack'))).filter(name =>
      name.endsWith('.pack'),
    );
  const loose = async () =>
    Number(
      /^count: (\d+)/m.exec(await git(test.bare, 'count-objects', '-v'))![1],
    );
  const readSeven = async (branch: string) => {
    const head = (await test.host.head(repository, branch))!;
    const [seven] = await test.host.read(repository, head, ['7']);
    return Buffer.from(seven.content).toString();
  };

  it('packs what is loose when it is much, and only then', async () => {
    await write('change', 0);
    const seldom = new Maintenance(test.bare, { every: 100, loose: 100_000 });
    seldom.wrote(100);
    await seldom.settled();
    expect(await packs()).toEqual([]);

    const often = new Maintenance(test.bare, { every: 100, loose: 0 });
    often.wrote(99);
    await often.settled();
    expect(await packs()).toEqual([]);
    often.wrote(1);
    await often.settled();
    expect(await packs()).toHaveLength(1);
    expect(await loose()).toBe(0);
    expect(await readSeven('change')).toBe('7');
    const graph = path.join(test.bare, 'objects/info/commit-graphs');
    expect(await readdir(graph)).not.toEqual([]);
  });

  it('leaves a large pack as it is while small ones come and go', async () => {
    const maintenance = new Maintenance(test.bare, { every: 1, loose: 0 });
    const pack = async () => {
      maintenance.wrote(1);
      await maintenance.settled();
    };
    await write('one', 0);
    await write('two', 60);
    await pack();
    const [large] = await packs();
    for (const n of [1, 2, 3]) {
      const files = Array.from({ length: 20 }, (_, at) =>
        file(`${at}`, `${n} ${at}`),
      );
      await test.host.commit(test.request({ branch: `more-${n}`, files }));
      await pack();
      expect(await packs()).toContain(large);
      expect((await packs()).length).toBeLessThan(4);
    }
    expect(await loose()).toBe(0);
    expect(await readSeven('one')).toBe('7');
  });

  it('leaves no process behind when it stops', async () => {
    await write('change', 0);
    const maintenance = new Maintenance(test.bare, { every: 1, loose: 0 });
    maintenance.wrote(1);
    await maintenance.stop();
    const { child } = maintenance as unknown as { child?: object };
    expect(child).toBeUndefined();
    await maintenance.stop();
  });
});
