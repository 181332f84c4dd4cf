import type { Knex } from 'knex';
import type {
  Action,
  ActionContext,
} from '@gitops-events/plugin-gitops-events-node';
import { z } from 'zod';
import type { StepOutcome } from '../pipeline/stepRunner';
import { partOutcome } from '../revert/partOutcome';
import { GIT_REVERT } from '../revert/revertStep';
import type { BatchedReads } from '../store/batchedReads';
import { effectOf, type Effect } from '../store/effectRow';
import { joining, ofChange, pathsReader } from './followChange';

/**
 * `git:revert`: a step of a run that takes another one back. Its effect is
 * written together with the run, when a person asks for it; the step lets it be
 * sealed and follows it to its end as `git:change` does. No sensor can name it.
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
    async run(context): Promise<StepOutcome> {
      const { runId, stepId, outputs } = context;
      const effects = (await knex('effects').where({ run_id: runId })).map(
        effectOf,
      );
      const effect = effects.find(one => one.stepId === stepId)!;
      const outcome = await follow(effect, context);
      return partOutcome(outcome, {
        of: effects.length,
        done: Object.values(outputs).filter(({ commit }) => commit).length,
      });
    },
  };

  async function follow(
    effect: Effect,
    context: ActionContext,
  ): Promise<StepOutcome> {
    switch (effect.state) {
      case 'left':
        return effect.outcome!;
      case 'member':
        return ofChange(effect, reads.change, pathsOf);
      default: {
        const outcome = joining(
          effect.repository,
          context,
          await reads.stops(),
        );
        return effect.state === 'behind'
          ? { ...outcome, writes: { begins: [effect.effectId] } }
          : outcome;
      }
    }
  }
}
