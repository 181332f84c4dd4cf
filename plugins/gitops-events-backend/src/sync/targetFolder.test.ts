import { rm } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../git/__testUtils__/gitCommand';
import { TargetFolder } from './targetFolder';
import { digestOf, type WantedFile } from './wantedFiles';

let directory: string;
beforeEach(async () => {
  directory = await temporaryFolder();
});
afterEach(() => rm(directory, { recursive: true }));

function wanted(text: string): Map<string, WantedFile> {
  const content = new TextEncoder().encode(text);
  const one = { content, digest: digestOf(content), executable: false };
  return new Map(
    Array.from({ length: 60 }, (_, n) => [`apps/${n}/values.yaml`, one]),
  );
}

it('two replicas take nothing that the other one has written for somebody else’s', async () => {
  for (let round = 0; round < 10; round++) {
    const folder = path.join(directory, `${round}`);
    const replicas = [new TargetFolder(folder), new TargetFolder(folder)];
    for (const text of ['a: 1\n', 'a: 2\n']) {
      const files = wanted(text);
      const left = await Promise.all(
        replicas.map(replica =>
          replica.alone(() => replica.apply(text.repeat(5), files)),
        ),
      );
      expect(left).toEqual([[], []]);
      for (const replica of replicas) {
        expect(await replica.differences(files)).toEqual([]);
      }
    }
    await Promise.all(replicas.map(replica => replica.close()));
  }
});
