import path from 'node:path';
import { LocalHost } from '@gitops-events/plugin-gitops-events-backend/src/git/localHost';
import type { BenchRoom } from '../environment/benchRoom';
import { interleave, type Side } from '../measure/interleave';
import { quietLogger } from '../ours/quietLogger';
import { benchRow, type BenchRow } from '../report/benchRow';
import { valuesText } from '../repository/seed';
import { largeFile, writeLargeRepository } from '../repository/largeRepository';

const author = { name: 'GitOps Events', email: 'gitops-events@localhost' };
const SMALL = { name: 'small', title: '200 files', files: 200, commits: 1 };

interface Place {
  /** As rows name it. */
  title: string;
  repository: string;
  files: number;
  first: string;
}

/**
 * The same work in a small repository and in one of many files and a long
 * history: a commit of one file; a pull request from its branch to the merge;
 * what trackers ask, whether an old commit is part of the newest one.
 */
export async function largeRepository(room: BenchRoom): Promise<BenchRow[]> {
  const size = room.quick ? 5_000 : 100_000;
  const large = {
    name: 'large',
    title: `${size} files and commits`,
    ...{ files: size, commits: size },
  };
  room.log(large.title);
  const directory = path.join(room.folder, 'sizes');
  const places: Place[] = [];
  for (const { name, title, ...counts } of [SMALL, large]) {
    const bare = path.join(directory, `${name}.git`);
    const { first } = await writeLargeRepository(bare, counts);
    const { files } = counts;
    places.push({ title, repository: `local:${name}`, files, first });
  }
  const host = await LocalHost.create({
    config: {
      directory,
      repositories: [SMALL, large].map(({ name }) => ({
        name,
        branch: 'main',
      })),
    },
    author,
    logger: quietLogger,
  });
  room.atEnd(() => host.stop());

  const rows: BenchRow[] = [];
  for (const [what, make] of [
    ['commit', commits],
    ['pull request', pullRequests],
    ['is contained', lookBack],
  ] as const) {
    const sides = places.map(place => ({
      ...make(host, place, room.quick ? 1_000 : 4_000),
      name: `${what}, ${place.title}`,
    }));
    const rounds = room.quick ? 2 : 5;
    const medians = await interleave(sides, { rounds, log: room.log });
    for (const { name } of sides) {
      rows.push(benchRow({ what: name, unit: 'ms', ours: medians.get(name)! }));
    }
  }
  return rows;
}

/** One file a commit, each on the one before, along main. */
function commits(host: LocalHost, place: Place, ms: number) {
  let head: string | undefined;
  return side(ms, async n => {
    head ??= await host.head(place.repository, 'main');
    head = await commit(
      host,
      place,
      { branch: 'main', head, parent: head! },
      n,
    );
  });
}

/** Branch, commit, pull request, merge, as a change goes. */
function pullRequests(host: LocalHost, place: Place, ms: number) {
  const { repository } = place;
  return side(ms, async n => {
    const branch = `gitops-events/${n}`;
    const parent = (await host.head(repository, 'main'))!;
    const head = await commit(host, place, { branch, parent }, n);
    const { number } = await host.propose({
      ...{ repository, branch, base: 'main' },
      ...{ title: `Promote ${n}`, body: '', labels: [] },
    });
    const outcome = await host.merge({
      ...{ repository, number, base: 'main', expectedHead: head },
      ...{ message: `Promote ${n}`, author },
    });
    if (outcome.outcome !== 'merged') throw new Error(outcome.outcome);
  });
}

/** The oldest commit of all. */
function lookBack(host: LocalHost, { repository, first }: Place, ms: number) {
  return side(ms, async () => {
    const head = (await host.head(repository, 'main'))!;
    if (!(await host.contains(repository, head, first))) {
      throw new Error('The history was lost');
    }
  });
}

async function commit(
  host: LocalHost,
  { repository, files }: Place,
  at: { branch: string; head?: string; parent: string },
  n: number,
): Promise<string> {
  const outcome = await host.commit({
    ...{ repository, branch: at.branch, parent: at.parent, author },
    expectedHead: at.head,
    files: [
      {
        // Far from each other, so that no folder is at hand from the last one.
        path: largeFile((n * 7_919) % files),
        mode: '100644',
        content: Buffer.from(valuesText(`2.0.${n}`)),
      },
    ],
    message: `Promote image 2.0.${n}`,
    time: Math.floor(Date.now() / 1000),
  });
  if (outcome.outcome !== 'committed') throw new Error('The branch moved');
  return outcome.commit;
}

/** Milliseconds that one call takes, in the mean of `ms` milliseconds of calls. */
function side(
  ms: number,
  work: (n: number) => Promise<void>,
): Pick<Side, 'measure'> {
  let next = 0;
  return {
    measure: async () => {
      const start = performance.now();
      let calls = 0;
      while (performance.now() - start < ms) {
        next += 1;
        calls += 1;
        await work(next);
      }
      return (performance.now() - start) / calls;
    },
  };
}
