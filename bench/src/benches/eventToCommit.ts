import path from 'node:path';
import type { BenchRoom } from '../environment/benchRoom';
import { perSecond } from '../measure/callers';
import { interleave, type Side } from '../measure/interleave';
import { promotion, promotionEvent } from '../ours/promotion';
import { samplePrincipal } from '../ours/sampleEvent';
import { settledRuns } from '../ours/settledRuns';
import { foldersOf, prepareFolders } from '../ours/spineConfig';
import { startSpine } from '../ours/startSpine';
import { commitAndPush } from '../peers/commitAndPush';
import { benchRow, type BenchRow } from '../report/benchRow';
import { git } from '../repository/git';

const APPLICATIONS = 200;

const withoutSync = {
  ...promotion,
  spec: { ...promotion.spec, steps: promotion.spec.steps.slice(0, 1) },
};

/**
 * A burst of events, one an application, until the last is in a merged commit
 * on main; beside a script that commits and pushes each. Both are on disk.
 */
export async function eventToCommit(room: BenchRoom): Promise<BenchRow[]> {
  const what = 'event to commit, per second';
  room.log(what);
  const folder = path.join(room.folder, 'events');
  await prepareFolders(folder, {
    sensors: [withoutSync],
    applications: APPLICATIONS,
  });
  const sides = [await ours(room, folder), await theirs(room, folder)];
  const medians = await interleave(sides, {
    rounds: room.quick ? 2 : 5,
    log: room.log,
  });
  return [
    benchRow({
      what,
      unit: 'events/s',
      ours: medians.get('ours')!,
      peer: {
        name: 'git commit && git push',
        value: medians.get('git commit && git push')!,
      },
    }),
  ];
}

async function ours(room: BenchRoom, folder: string): Promise<Side> {
  const knex = await room.emptyDatabase('event_to_commit');
  const { service, acceptor } = await startSpine({ knex, folder });
  room.atEnd(() => service.stop());
  const burst = APPLICATIONS * (room.quick ? 2 : 5);
  let next = 0;
  return {
    name: 'ours',
    measure: async () => {
      const newest = await knex('runs').max({ seq: 'seq' }).first();
      const start = performance.now();
      await Promise.all(
        Array.from({ length: burst }, () => {
          next += 1;
          return acceptor.accept({
            events: [promotionEvent(next % APPLICATIONS, next)],
            credentials: samplePrincipal,
          });
        }),
      );
      await settledRuns(knex, Number(newest?.seq ?? 0), burst);
      return (burst / (performance.now() - start)) * 1000;
    },
  };
}

async function theirs(room: BenchRoom, folder: string): Promise<Side> {
  const { bare } = foldersOf(folder);
  const copy = path.join(folder, 'theirs.git');
  await git(folder, 'clone', '--quiet', '--bare', bare, copy);
  // What a push writes is as durable as what we write.
  await git(copy, 'config', 'core.fsync', 'objects,reference');
  const promote = await commitAndPush(copy, path.join(folder, 'clone'));
  let next = 0;
  const work = async () => {
    next += 1;
    await promote(next % APPLICATIONS, `1.0.${next}`);
    return 1;
  };
  return {
    name: 'git commit && git push',
    measure: () =>
      perSecond({ callers: 1, ms: room.quick ? 1_500 : 6_000, work }),
  };
}
