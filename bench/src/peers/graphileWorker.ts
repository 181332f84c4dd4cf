import {
  Logger,
  makeWorkerUtils,
  runMigrations,
  run,
  type WorkerUtils,
} from 'graphile-worker';
import { Pool } from 'pg';

const quiet = new Logger(() => () => {});

/** graphile-worker on its own database of the same server, with its own defaults. */
export interface GraphileWorker {
  /** @param key - a job of that key which still waits is replaced */
  addJob(payload: unknown, key?: string): Promise<void>;
  /** Starts a worker that calls `started` when it begins a job; the job is done once that resolves. */
  work(started: (payload: unknown) => void | Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export async function graphileWorker(
  connectionString: string,
  connections: number,
): Promise<GraphileWorker> {
  const pgPool = new Pool({ connectionString, max: connections });
  // It asks for one; a connection that is cut at the end is no failure.
  pgPool.on('error', () => {});
  pgPool.on('connect', client => client.on('error', () => {}));
  await runMigrations({ pgPool, logger: quiet });
  const utils: WorkerUtils = await makeWorkerUtils({ pgPool, logger: quiet });
  let runner: Awaited<ReturnType<typeof run>> | undefined;
  return {
    addJob: async (payload, key) => {
      await utils.addJob('step', payload, { jobKey: key });
    },
    work: async started => {
      runner = await run({
        pgPool,
        logger: quiet,
        noHandleSignals: true,
        taskList: { step: async payload => started(payload) },
      });
    },
    stop: async () => {
      await runner?.stop();
      await utils.release();
      await pgPool.end();
    },
  };
}
