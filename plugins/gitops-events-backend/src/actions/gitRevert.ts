import type { Knex } from 'knex';
import type { Action } from '@gitops-events/plugin-gitops-events-node';
import { z } from 'zod';
import { GIT_REVERT } from '../revert/revertStep';
import type { BatchedReads } from '../store/batchedReads';
import { effectOf } from '../store/effectRow';
import { joining, ofChange, pathsReader } from './followChange';

/**
 * `git:revert`: the step of a run that takes another one back. Its effect is
 * written together with the run, when a person asks for it; the step follows it to
 * its end as `git:change` does. No sensor can name it.
 */
export function gitRevert(options: {
  knex: Knex;
  reads: Pick<BatchedReads, 'change' | 'stops'>;
}): Action<Record<string, never>> {
  const { knex, reads } = options;
  const pathsOf = pathsReader(knex);
  return {
    id: GIT_REVERT,
    description: 'Takes back what a run changed.',
    input: z.strictObject({}),
    safety: 'conditional',
    // The change that carries it does, and asks.
    writesOutside: false,
    async run(context) {
      const { runId, stepId } = context;
      const effect = effectOf(
        await knex('effects').where({ run_id: runId, step_id: stepId }).first(),
      );
      if (effect.state === 'left') return effect.outcome!;
      return effect.state === 'pending'
        ? joining(effect.repository, context, await reads.stops())
        : ofChange(effect, reads.change, pathsOf);
    },
  };
}
