// A GitHub in a process of its own: the server that the suites of the GitHub module run against, behind a network that
// can be bad. It checks each request and answer against what GitHub publishes, and can be given GitHub's limits.
import {
  Budgets,
  published,
} from '@gitops-events/plugin-gitops-events-backend-module-github/src/__testUtils__/github/budgets';
import { GithubServer } from '@gitops-events/plugin-gitops-events-backend-module-github/src/__testUtils__/github/githubServer';
import { git } from '../repository/git';
import { UnreliableProxy, type RequestCount } from './unreliableProxy';

/** What it is told first. */
export interface GithubStart {
  /** An empty folder on a disk. */
  folder: string;
  /** Whose files the repository begins with. */
  seed: string;
  /** Enforces what GitHub allows. */
  limited: boolean;
  share: { lost: number; doubled: number };
}

/** What it can be asked, at any time. */
export type GithubQuestion = 'look' | 'calm';

/** What can be seen there from outside. */
export interface GithubView {
  port: number;
  /** The bare repository behind it. */
  bare: string;
  pulls: Array<{
    number: number;
    branch: string;
    state: string;
    mergeCommit?: string;
  }>;
  count: RequestCount;
  /** With limits: refusals, and what was used at most. */
  budgets?: Pick<Budgets, 'refused' | 'highest' | 'total'>;
  /** Requests that GitHub's own description does not know. */
  problems: string[];
}

async function start(options: GithubStart): Promise<() => GithubView> {
  const server = await GithubServer.start(options.folder);
  const bare = server.repository.directory;
  await plant(bare, options);
  if (options.limited) server.budgets = new Budgets(published);
  const proxy = new UnreliableProxy(server.host, options.share);
  const port = await proxy.start();
  const view = (): GithubView => ({
    ...{ port, bare, count: proxy.count, problems: server.problems },
    budgets: server.budgets && {
      refused: server.budgets.refused,
      highest: server.budgets.highest,
      total: server.budgets.total,
    },
    pulls: server.pulls.all.map(pull => ({
      ...{ number: pull.number, branch: pull.headRef },
      state: pull.merged ? 'merged' : pull.state,
      mergeCommit: pull.mergeCommit ?? undefined,
    })),
  });
  process.on('message', (question: GithubQuestion) => {
    if (question === 'calm') proxy.calm();
    process.send!({ view: view() });
  });
  return view;
}

/** What a team had there before. */
async function plant(bare: string, { seed }: GithubStart): Promise<void> {
  const here = ['--git-dir', bare, '--work-tree', seed];
  await git(seed, ...here, 'read-tree', 'main');
  await git(seed, ...here, 'add', '--ignore-removal', '.');
  await git(seed, ...here, 'commit', '--quiet', '-m', 'Applications');
}

process.once('message', (message: GithubStart) => {
  start(message).then(
    view => process.send!({ view: view() }),
    error => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit());
