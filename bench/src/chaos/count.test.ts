import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { git } from '../repository/git';
import type { SentEvent } from './chaosSensor';
import { count } from './count';
import { readHistory, readLocalPulls } from './history';
import { sabotage, sabotages } from './sabotage';

const sent: SentEvent[] = [1, 2, 3].flatMap(n => [
  { application: 0, n },
  { application: 1, n },
]);
const clean = { accepted: 6, lost: 0, duplicated: 0, outOfOrder: 0 };

const historyOf = async (bare: string) =>
  readHistory(bare, await readLocalPulls(bare));

describe('counting from outside', () => {
  let folder: string;
  let bare: string;
  let work: string;

  const marks = new Map<number, string[]>();
  const mark = async ({ application, n }: SentEvent) => {
    const list = marks.get(application) ?? [];
    list.push(`  - push-${application}-${n}\n`);
    marks.set(application, list);
    const file = path.join(work, `apps/app-${application}/values.yaml`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `latest: ${n}\napplied:\n${list.join('')}`);
  };

  const pull = async (number: number, more: object = {}) => {
    const pulls = path.join(bare, 'gitops-events/pulls');
    await mkdir(pulls, { recursive: true });
    const record = {
      number,
      branch: `gitops-events/change-${number}`,
      state: 'merged',
      ...more,
    };
    await writeFile(path.join(pulls, `${number}.json`), JSON.stringify(record));
  };

  /** A change as the engine merges it: the marks of its runs, and a pull request. */
  const merge = async (number: number, events: SentEvent[]) => {
    for (const event of events) await mark(event);
    await git(work, 'add', '--all');
    const message = `Mark\n\nGitOps-Change: change-${number}\nGitOps-Members: ${events.length} digest\n`;
    await git(work, 'commit', '--quiet', '-m', message);
    await git(work, 'push', '--quiet', 'origin', 'HEAD:main');
    await pull(number, { mergeCommit: await git(work, 'rev-parse', 'HEAD') });
  };

  const counted = async () => {
    const { findings, ...counts } = count(sent, await historyOf(bare), []);
    expect(findings).toHaveLength(
      counts.lost + counts.duplicated + counts.outOfOrder,
    );
    return counts;
  };

  beforeEach(async () => {
    marks.clear();
    folder = await mkdtemp(path.join(tmpdir(), 'gitops-events-chaos-'));
    bare = path.join(folder, 'deployments.git');
    work = path.join(folder, 'work');
    await git(folder, 'init', '--quiet', '--bare', '-b', 'main', bare);
    await git(folder, 'clone', '--quiet', bare, work);
    await git(work, 'commit', '--quiet', '--allow-empty', '-m', 'Start');
    await merge(1, sent.slice(0, 2));
    await merge(2, sent.slice(2));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('finds nothing wrong where nothing is', async () => {
    expect(await counted()).toEqual(clean);
  });

  it.each(sabotages)('sees a sabotage that means to %s', async how => {
    await sabotage(bare, how, path.join(folder, 'clone'));
    const { lost, duplicated, outOfOrder } = await counted();
    expect({ lost, duplicated, outOfOrder }).toEqual({
      lost: how === 'lose' ? 1 : 0,
      duplicated: how === 'double' ? 1 : 0,
      outOfOrder: how === 'disorder' ? 1 : 0,
    });
  });

  it('misses an event that was acknowledged and never written', async () => {
    const acknowledged = [...sent, { application: 1, n: 4 }];
    const { lost, findings } = count(acknowledged, await historyOf(bare), []);
    expect(lost).toBe(1);
    expect(findings).toEqual([expect.stringContaining('push-1-4')]);
  });

  it('does not mind an event whose acknowledgement was lost on its way', async () => {
    const counts = count(sent.slice(1), await historyOf(bare), []);
    expect(counts).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0 });
  });

  it('sees an event that was stored twice, though it left one mark', async () => {
    const { duplicated, findings } = count(sent, await historyOf(bare), [
      'push-1-2 is stored 2 times',
    ]);
    expect(duplicated).toBe(1);
    expect(findings).toEqual([expect.stringContaining('push-1-2')]);
  });

  it('sees an event that was taken back and written again', async () => {
    await git(work, 'revert', '--no-edit', 'HEAD');
    await git(work, 'revert', '--no-edit', 'HEAD');
    await git(work, 'push', '--quiet', 'origin', 'HEAD:main');
    expect((await counted()).duplicated).toBe(4);
  });

  it('sees a change that carries more runs than it marks', async () => {
    const message =
      'Mark\n\nGitOps-Change: change-3\nGitOps-Members: 2 digest\n';
    await git(work, 'commit', '--quiet', '--allow-empty', '-m', message);
    await git(work, 'push', '--quiet', 'origin', 'HEAD:main');
    expect((await counted()).duplicated).toBe(1);
  });

  it('sees two pull requests of one branch, and one that stayed open', async () => {
    await pull(3, { branch: 'gitops-events/change-1' });
    await pull(4, { state: 'open' });
    expect((await counted()).duplicated).toBe(2);
  });

  it('sees a later event written before an earlier one', async () => {
    await merge(3, [
      { application: 0, n: 9 },
      { application: 0, n: 8 },
    ]);
    expect((await counted()).outOfOrder).toBe(1);
  });
});
