import path from 'node:path';
import { rm } from 'node:fs/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  Action,
  ChangeHost,
  PolicyCheck,
  SyncTracker,
} from '@gitops-events/plugin-gitops-events-node';
import type { GitopsEventsConfig } from '../config';
import { createEngine, type Engine } from '../engine';
import { LocalHost } from '../git/localHost';
import { temporaryFolder } from '../git/__testUtils__/gitCommand';
import { Nudges } from '../nudges';
import { Sandbox } from '../sandbox';
import type { Database } from '../store/database';
import type { WhyUnreadable } from '../store/newerRevisions';
import { readRun } from '../store/readRun';
import type { Run } from '../store/runRow';
import { testConfig } from './testConfig';
import { warningLogger } from './testLogger';

export { testConfig };

/** The engine on a real database and a real bare repository, with the means to wait for it. */
export interface TestEngine {
  engine: Engine;
  host: LocalHost;
  bare: string;
  nudges: Nudges;
  /** Resolves when the run is in one of these states. */
  reaches(runId: string, ...states: string[]): Promise<Run>;
  stop(): Promise<void>;
}

export async function startTestEngine(
  database: Database,
  options: {
    checks?: PolicyCheck[];
    trackers?: SyncTracker[];
    actions?: Array<Action<any>>;
    seed?: Record<string, string>;
    /** Wraps the host, to lose answers or fail. */
    wrap?(host: ChangeHost): ChangeHost;
    /** Beside the local one. */
    hosts?: ChangeHost[];
    folder?: string;
    targets?: GitopsEventsConfig['targets'];
    boundaries?: GitopsEventsConfig['boundaries'];
    secrets?: GitopsEventsConfig['secrets'];
    logger?: LoggerService;
    whyUnreadable?: WhyUnreadable;
  } = {},
): Promise<TestEngine> {
  const directory = options.folder ?? (await temporaryFolder());
  const bare = path.join(directory, 'deployments.git');
  const logger = options.logger ?? warningLogger();
  const host = await LocalHost.create({
    config: {
      directory,
      repositories: [{ name: 'deployments', branch: 'main' }],
    },
    author: testConfig.author,
    logger,
  });
  if (options.seed) await seed(host, options.seed);
  const nudges = new Nudges();
  const sandbox = new Sandbox({ expressionMs: 2_000, expressionHeapMb: 128 });
  const engine = createEngine({
    knex: database.knex,
    config: {
      ...testConfig,
      targets: options.targets ?? testConfig.targets,
      boundaries: options.boundaries ?? testConfig.boundaries,
      secrets: options.secrets,
    },
    sandbox,
    nudges,
    replica: `test-${Math.random()}`,
    logger,
    hosts: [options.wrap ? options.wrap(host) : host, ...(options.hosts ?? [])],
    trackers: options.trackers ?? [],
    checks: options.checks ?? [],
    actions: options.actions ?? [],
    ownersOf: async () => new Map(),
    whyUnreadable: options.whyUnreadable,
  });
  engine.start();
  return {
    engine,
    host,
    bare,
    nudges,
    async reaches(runId, ...states) {
      const deadline = Date.now() + 50_000;
      for (;;) {
        const run = await readRun(database.knex, runId);
        if (run && states.includes(run.end ?? run.state)) return run;
        if (Date.now() > deadline) {
          throw new Error(
            `Run is ${run?.end ?? run?.state}: ${JSON.stringify(run?.reason)}, not ${states.join(' or ')}`,
          );
        }
        await new Promise(done => setTimeout(done, 20));
      }
    },
    async stop() {
      await engine.stop();
      await sandbox.stop();
      await host.stop();
      if (!options.folder) await rm(directory, { recursive: true });
    },
  };
}

async function seed(
  host: ChangeHost,
  files: Record<string, string>,
): Promise<void> {
  const repository = 'local:deployments';
  const parent = (await host.head(repository, 'main'))!;
  await host.commit({
    repository,
    branch: 'main',
    expectedHead: parent,
    parent,
    files: Object.entries(files).map(([name, text]) => ({
      path: name,
      mode: '100644',
      content: new TextEncoder().encode(text),
    })),
    message: 'Seed\n',
    author: testConfig.author,
    time: 1_700_000_000,
  });
}
