import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { git } from '../repository/git';

/** What a commit of the base branch did to the marks of events. */
export interface HistoryCommit {
  id: string;
  /** The change that it carries, by its trailer. */
  changeId: string | undefined;
  /** How many runs it says it carries. */
  members: number;
  marks: Array<{ application: number; id: string; sign: '+' | '-' }>;
  latest: Array<{ application: number; n: number }>;
}

/** A pull request as its record tells it. */
export interface HistoryPull {
  number: number;
  branch: string;
  state: string;
  mergeCommit?: string;
}

/** What can be seen of a repository from outside. */
export interface History {
  commits: HistoryCommit[];
  pulls: HistoryPull[];
  /** The files as they are in the end: ids in the order of each list. */
  present: Map<number, string[]>;
}

const start = '\u0001';
const end = '\u0002';

export async function readHistory(
  bare: string,
  pulls: HistoryPull[],
): Promise<History> {
  const log = await git(
    bare,
    ...['log', '--reverse', '--first-parent', '--patch', '--unified=0'],
    `--format=${start}%H%n%B${end}`,
    'main',
  );
  return {
    commits: log.split(start).slice(1).map(readCommit),
    pulls,
    present: await readPresent(bare),
  };
}

function readCommit(text: string): HistoryCommit {
  const [head, patch] = text.split(end);
  const commit: HistoryCommit = {
    id: head.slice(0, head.indexOf('\n')),
    changeId: /^GitOps-Change: (\S+)$/m.exec(head)?.[1],
    members: Number(/^GitOps-Members: (\d+) /m.exec(head)?.[1] ?? 0),
    marks: [],
    latest: [],
  };
  let application = -1;
  for (const line of patch.split('\n')) {
    const file = /^\+\+\+ b\/apps\/app-(\d+)\//.exec(line);
    if (file) application = Number(file[1]);
    const mark = /^([+-]) *- "?(push-\d+-\d+)"?$/.exec(line);
    if (mark) {
      const sign = mark[1] as '+' | '-';
      commit.marks.push({ application, sign, id: mark[2] });
    }
    const latest = /^\+latest: (\d+)$/.exec(line);
    if (latest) commit.latest.push({ application, n: Number(latest[1]) });
  }
  return commit;
}

async function readPresent(bare: string): Promise<Map<number, string[]>> {
  const present = new Map<number, string[]>();
  const found = await git(
    bare,
    ...['grep', '--full-name', '-h', '-E', '^ *- "?push-[0-9]+-[0-9]+"?$'],
    'main',
    '--',
    'apps',
  ).catch(() => '');
  for (const line of found.split('\n')) {
    const [id, application] = /push-(\d+)-\d+/.exec(line) ?? [];
    if (!id) continue;
    const list = present.get(Number(application)) ?? [];
    present.set(Number(application), [...list, id]);
  }
  return present;
}

/** The pull requests of a repository of the `local` host, as their records tell them. */
export async function readLocalPulls(bare: string): Promise<HistoryPull[]> {
  const folder = path.join(bare, 'gitops-events/pulls');
  const names = (await readdir(folder).catch(() => [])).filter(name =>
    name.endsWith('.json'),
  );
  return Promise.all(
    names.map(async name =>
      JSON.parse(await readFile(path.join(folder, name), 'utf8')),
    ),
  );
}
