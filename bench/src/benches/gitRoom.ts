import path from 'node:path';
import { LocalHost } from '@gitops-events/plugin-gitops-events-backend/src/git/localHost';
import type { BenchRoom } from '../environment/benchRoom';
import { perSecond } from '../measure/callers';
import { interleave, type Side } from '../measure/interleave';
import { quietLogger } from '../ours/quietLogger';
import { fastImport } from '../peers/fastImport';
import { benchRow, type BenchRow } from '../report/benchRow';
import { fsyncSetting } from '../repository/git';
import { valuesFile, valuesText, writeSeed } from '../repository/seed';

const APPLICATIONS = 200;
const author = { name: 'GitOps Events', email: 'gitops-events@localhost' };

/** One file changed a commit, on one branch, the next when the last is on disk. */
export async function gitRoom(room: BenchRoom): Promise<BenchRow[]> {
  const what = 'git room, commits per second';
  const rounds = room.quick ? 3 : 7;
  const ms = room.quick ? 1_000 : 4_000;
  room.log(`${what}; both with ${fsyncSetting}`);
  const seed = await writeSeed(path.join(room.folder, 'seed'), APPLICATIONS);
  const host = await LocalHost.create({
    config: {
      directory: path.join(room.folder, 'repositories'),
      repositories: ['ours', 'theirs'].map(name => ({
        name,
        seed,
        branch: 'main',
      })),
    },
    author,
    logger: quietLogger,
  });
  room.atEnd(() => host.stop());
  const medians = await interleave(
    [
      ours(host, ms),
      theirs(path.join(room.folder, 'repositories/theirs.git'), ms),
    ],
    { rounds, log: room.log },
  );
  return [
    benchRow({
      what,
      unit: 'commits/s',
      ours: medians.get('ours')!,
      peer: { name: 'git fast-import', value: medians.get('git fast-import')! },
    }),
  ];
}

function ours(host: LocalHost, ms: number): Side {
  const repository = 'local:ours';
  let next = 0;
  let head: string | undefined;
  const work = async () => {
    head ??= (await host.head(repository, 'main'))!;
    next += 1;
    const outcome = await host.commit({
      repository,
      branch: 'main',
      expectedHead: head,
      parent: head,
      files: [
        {
          path: valuesFile(next % APPLICATIONS),
          mode: '100644',
          content: Buffer.from(valuesText(`1.0.${next}`)),
        },
      ],
      message: `Promote image 1.0.${next}`,
      author,
      time: Math.floor(Date.now() / 1000),
    });
    if (outcome.outcome !== 'committed') throw new Error('The branch moved');
    head = outcome.commit;
    return 1;
  };
  return { name: 'ours', measure: () => perSecond({ callers: 1, ms, work }) };
}

function theirs(bare: string, ms: number): Side {
  let next = 0;
  return {
    name: 'git fast-import',
    measure: async () => {
      const importer = fastImport(bare, 'main');
      const work = async () => {
        next += 1;
        await importer.commit(
          valuesFile(next % APPLICATIONS),
          valuesText(`1.0.${next}`),
          `Promote image 1.0.${next}\n`,
        );
        return 1;
      };
      try {
        return await perSecond({ callers: 1, ms, work });
      } finally {
        await importer.stop();
      }
    },
  };
}
