import path from 'node:path';
import type { BenchRoom } from '../environment/benchRoom';
import { githubHost } from '../forge/githubHost';
import { startGithub } from '../forge/startGithub';
import { foldersOf, prepareFolders, repository } from '../ours/spineConfig';
import { benchRow, type BenchRow } from '../report/benchRow';
import type { Bench } from './bench';
import { gitStorm } from './gitStorm';
import { stormOfRuns } from './stormOfRuns';

/** What becomes of far too many events at once: how many commits, how soon, and who else notices. */
export const storm: Bench = {
  name: 'storm',
  about: 'far too many events at once: commits, delays, memory, and others',
  run: async room => {
    const wanted = room.host ? [room.host] : hostsOf(room);
    const rows: BenchRow[] = [];
    if (wanted.includes('local')) rows.push(...(await onLocal(room)));
    if (wanted.includes('github')) rows.push(...(await onGithub(room)));
    if (!room.host) rows.push(...(await stormOfRuns(room)));
    return rows;
  },
};

/** A forge has its own pace, so it takes minutes. */
function hostsOf(room: BenchRoom) {
  return room.quick ? ['local'] : ['local', 'github'];
}

function sizeOf({ quick }: BenchRoom) {
  return quick
    ? { events: 10_000, keys: 100, within: '10s' }
    : { events: 100_000, keys: 1_000, within: '1m' };
}

async function onLocal(room: BenchRoom): Promise<BenchRow[]> {
  const folder = path.join(room.folder, 'local');
  return gitStorm(room, {
    ...{ ...sizeOf(room), name: 'local', label: '', folder, repository },
    bare: foldersOf(folder).bare,
    hosts: [],
  });
}

/**
 * The server that the suites of the GitHub module run against, in a process of
 * its own, with the limits that GitHub publishes, by the clock on the wall: a
 * request above one is refused as GitHub does, and counted.
 */
async function onGithub(room: BenchRoom): Promise<BenchRow[]> {
  const size = sizeOf(room);
  const folder = path.join(room.folder, 'with-github');
  await prepareFolders(folder, { sensors: [], applications: size.keys });
  const share = { lost: 0, doubled: 0 };
  const github = await startGithub(room, {
    ...{ limited: true, share, seed: foldersOf(folder).seed },
  });
  const rows = await gitStorm(room, {
    ...{ ...size, name: 'github', label: 'github: ', folder },
    ...{ repository: github.repository, bare: github.bare },
    hosts: [githubHost(github)],
  });
  const { budgets, problems } = await github.look();
  for (const problem of problems.slice(0, 5)) room.log(`  ! ${problem}`);
  const { refused, highest, total } = budgets!;
  room.log(
    `  GitHub was asked for ${total.writes} writes and ${total.pushes} pushes; at most ${Object.entries(
      highest,
    )
      .map(([window, most]) => `${most} ${window}`)
      .join(', ')}`,
  );
  if (refused > 0) {
    throw new Error(`GitHub refused ${refused} requests above its limits.`);
  }
  return [
    ...rows,
    benchRow({
      what: 'github: requests above a limit',
      unit: 'requests',
      ours: refused,
    }),
  ];
}
