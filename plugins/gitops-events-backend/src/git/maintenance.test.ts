import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Maintenance } from './maintenance';
import { testHost, type TestHost } from './__testUtils__/bareRepository';
import { file } from './__testUtils__/fixtures';
import { git } from './__testUtils__/gitCommand';

describe('Maintenance', () => {
  let test: TestHost;
  beforeEach(async () => {
    test = await testHost();
    const files = Array.from({ length: 300 }, (_, n) => file(`${n}`, `${n}`));
    await test.host.commit(test.request({ files }));
  });
  afterEach(() => test.finish());

  const packs = async () =>
    (await readdir(path.join(test.bare, 'objects/pack'))).filter(name =>
      name.endsWith('.pack'),
    );
  const childOf = (maintenance: Maintenance) =>
    (maintenance as unknown as { child?: EventEmitter }).child;

  it('packs when there is much, and only then', async () => {
    const maintenance = new Maintenance(test.bare, 100);
    maintenance.wrote(99);
    expect(childOf(maintenance)).toBeUndefined();
    maintenance.wrote(1);
    await once(childOf(maintenance)!, 'close');
    expect(await packs()).toEqual([]);

    await git(test.bare, 'config', 'gc.auto', '10');
    maintenance.wrote(100);
    await once(childOf(maintenance)!, 'close');
    expect(await packs()).toHaveLength(1);
    const [first] = await test.host.read(
      'local:deployments',
      (await test.host.head('local:deployments', 'change'))!,
      ['7'],
    );
    expect(Buffer.from(first.content).toString()).toBe('7');
  });

  it('leaves no process behind when it stops', async () => {
    await git(test.bare, 'config', 'gc.auto', '10');
    const maintenance = new Maintenance(test.bare, 1);
    maintenance.wrote(1);
    await maintenance.stop();
    expect(childOf(maintenance)).toBeUndefined();
    await maintenance.stop();
  });
});
