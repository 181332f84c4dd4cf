// A process to be killed: takes the steps of runs until all runs have ended.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Action } from '@gitops-events/plugin-gitops-events-node';
import knexFactory from 'knex';
import { z } from 'zod';
import { quietLogger } from '../git/__testUtils__/fixtures';
import { Nudges } from '../nudges';
import { resolveInput } from '../pipeline/resolveInput';
import { startRunLoop } from '../pipeline/runLoop';
import { createStepRunner } from '../pipeline/stepRunner';
import { Sandbox } from '../sandbox';
import { createBatchedReads } from '../store/batchedReads';
import { createSensorReader } from '../store/readSensorRevision';

/** Leaves a file an effect id, as the other side would, and looks for it first; the log tells of those it left. */
function markAction(folder: string): Action<any> {
  return {
    id: 'mark',
    description: 'Leaves a mark.',
    input: z.object({ says: z.string().optional() }),
    safety: 'look',
    async run({ effectId, runId, stepId }, { says }) {
      const file = path.join(folder, effectId);
      if (!existsSync(file)) {
        writeFileSync(file, '', { flag: 'wx' });
        const line = [runId, stepId, ...(says ? [says] : [])].join(' ');
        appendFileSync(path.join(folder, 'log'), `${line}\n`);
      }
      return stepId === 'bad'
        ? { outcome: 'failed', reason: { code: 'no', message: 'No.' } }
        : { outcome: 'done', output: { file } };
    },
  };
}

async function main([client, connection, folder]: string[]): Promise<void> {
  const knex = knexFactory({
    client,
    connection: JSON.parse(connection),
    useNullAsDefault: client !== 'pg',
  });
  const sandbox = new Sandbox({ expressionMs: 5_000, expressionHeapMb: 128 });
  const action = markAction(folder);
  const readSensor = createSensorReader(knex);
  const loop = startRunLoop({
    knex,
    steps: createStepRunner({
      actions: new Map([[action.id, action]]),
      readEvent: createBatchedReads(knex).event,
      readSensor,
      resolveRun: async ({ run, events: [event] }) => ({
        run,
        firing: [{ dependency: 'asked', event }],
      }),
      resolveInput: what => resolveInput(sandbox, what),
      refusal: () => undefined,
      readStops: async () => [],
      logger: quietLogger,
    }),
    readSensor,
    tellTarget: async () => undefined,
    config: { targets: {} },
    nudges: new Nudges(),
    replica: String(process.pid),
    logger: quietLogger,
  });
  while (await knex('runs').whereNot({ state: 'ended' }).first()) {
    await new Promise(done => setTimeout(done, 20));
  }
  await loop.stop();
  await sandbox.stop();
  await knex.destroy();
}

void main(process.argv.slice(2));
