import {
  gitObject,
  type GitObject,
} from '@gitops-events/plugin-gitops-events-node/git';
import {
  git,
  gitBytes,
  temporaryFolder,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import fc from 'fast-check';
import { rm } from 'node:fs/promises';
import { applyDelta } from './applyDelta';
import { readPack } from './readPack';
import { writePack } from './writePack';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  await git(folder, ['init', '--quiet', '--bare']);
});
afterEach(() => rm(folder, { recursive: true }));

const blob = (text: string | Uint8Array) =>
  gitObject('blob', Buffer.from(text as string));

/** Like each other, so that git stores most of them as differences. */
function versions(count: number): GitObject[] {
  const lines = Array.from({ length: 3_000 }, (_, n) => `line ${n}: ${n * n}`);
  return Array.from({ length: count }, (_, version) => {
    lines[version * 7] = `changed in ${version}`;
    return blob(lines.join('\n'));
  });
}

async function packedByGit(objects: GitObject[], args: string[]) {
  for (const { content } of objects) {
    await gitBytes(folder, ['hash-object', '-w', '--stdin'], {
      input: content,
    });
  }
  return gitBytes(folder, ['pack-objects', '--stdout', '--quiet', ...args], {
    input: objects.map(({ id }) => `${id}\n`).join(''),
  });
}

it('writes packs that git takes, with objects of any size', async () => {
  const sizes = [0, 1, 15, 16, 2_047, 2_048, 70_000];
  const objects = sizes.map(size => blob(Buffer.alloc(size, size % 251)));
  await gitBytes(folder, ['unpack-objects', '-q', '--strict'], {
    input: writePack([...objects, objects[0]]),
  });
  for (const { id, content } of objects) {
    const found = await gitBytes(folder, ['cat-file', 'blob', id]);
    expect(Buffer.compare(found, Buffer.from(content))).toBe(0);
  }
});

it.each([
  ['by id', []],
  ['by place', ['--delta-base-offset']],
])('reads packs of git with differences %s', async (_, args) => {
  const objects = versions(8);
  const pack = await packedByGit(objects, args);
  // It is mostly differences, or this shows nothing.
  const whole = writePack(objects).length;
  expect(pack.length).toBeLessThan(whole / 3);
  const found = readPack(pack);
  expect([...found.keys()].sort()).toEqual(objects.map(it => it.id).sort());
});

it('reads what it wrote', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.uint8Array({ maxLength: 300 }), {
        minLength: 1,
        selector: bytes => blob(bytes).id,
      }),
      contents => {
        const objects = contents.map(blob);
        expect([...readPack(writePack(objects)).keys()]).toEqual(
          objects.map(({ id }) => id),
        );
      },
    ),
  );
});

it('refuses a damaged pack, and never hands out other bytes under an id', async () => {
  const objects = versions(3);
  const pack = await packedByGit(objects, []);
  const ids = new Set(objects.map(({ id }) => id));
  fc.assert(
    fc.property(
      fc.integer({ min: 12, max: pack.length - 21 }),
      fc.integer({ min: 1, max: 255 }),
      (at, change) => {
        const damaged = Buffer.from(pack);
        damaged[at] ^= change;
        let found: Map<string, GitObject>;
        try {
          found = readPack(damaged);
        } catch {
          return;
        }
        for (const [id, { content }] of found) {
          expect(gitObject('blob', content).id).toBe(id);
        }
        expect([...found.keys()].every(id => ids.has(id))).toBe(
          found.size === ids.size && [...ids].every(id => found.has(id)),
        );
      },
    ),
    { numRuns: 200 },
  );
  expect(() => readPack(pack.subarray(0, pack.length / 2))).toThrow();
});

it('refuses a difference to something else, and one that leads out of its base', () => {
  expect(() => applyDelta(Buffer.from('abc'), Buffer.from([9, 3]))).toThrow();
  // Of three bytes, three from the second on.
  const outside = Buffer.from([3, 3, 0b10010001, 1, 3]);
  expect(() => applyDelta(Buffer.from('abc'), outside)).toThrow();
});
