import type { Knex } from 'knex';
import type {
  Action,
  ActionContext,
  ActionOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import {
  gitChangeAction,
  type GitChangeInput,
} from '@gitops-events/plugin-gitops-events-sensors';
import { changeKeyOf } from '../change/changeKey';
import { coalesceMs } from '../change/gap';
import { effectId } from '../pipeline/effectId';
import { olderValue } from '../change/outdated';
import { newerThan } from '../change/valueAge';
import { presentTime } from '../presentTime';
import { newestAsked } from '../store/newestValues';
import type { StepOutcome } from '../pipeline/stepRunner';
import type { BatchedReads } from '../store/batchedReads';
import { joining, ofChange, pathsReader } from './followChange';

/** What `git:change` in mode `observe` would do; written to the timeline, nothing else. */
export type Observe = (
  context: ActionContext,
  input: GitChangeInput,
) => Promise<ActionOutcome>;

/**
 * `git:change`: asks for an edit of a repository, then waits for the change
 * that carries it. The effect row is its own earlier result: found again, it
 * says where the edit went.
 */
export function gitChange(options: {
  knex: Knex;
  reads: Pick<BatchedReads, 'effect' | 'change' | 'stops'>;
  observe: Observe;
}): Action<GitChangeInput> {
  const { knex, reads, observe } = options;
  const pathsOf = pathsReader(knex);
  return {
    ...gitChangeAction,
    description:
      'Edits files of a repository and proposes them as a pull request.',
    observes: true,
    safety: 'conditional',
    // The change that carries it does, and asks.
    writesOutside: false,
    async run(context, input): Promise<StepOutcome> {
      if (context.mode === 'observe') return observe(context, input);
      const changeKey = changeKeyOf(context, input);
      const id = effectId({
        events: context.events.map(({ uid }) => uid),
        sensor: context.sensor,
        stepId: context.stepId,
        changeKey,
        generation: context.generation,
      });
      const effect = await reads.effect(id);
      if (effect?.state === 'left') return effect.outcome!;
      if (!effect || effect.state === 'pending') {
        const stops = await reads.stops();
        const toJoin = joining(input.repo, context, stops, effect);
        if (effect) return toJoin;
        const outcome = (await overwritesNewer(knex, context, changeKey))
          ? olderValue
          : toJoin;
        return ask(context, input, { id, changeKey, outcome });
      }
      return ofChange(effect, reads.change, pathsOf);
    },
  };
}

function ask(
  context: ActionContext,
  input: GitChangeInput,
  what: { id: string; changeKey: string; outcome: StepOutcome },
): StepOutcome {
  const { id, changeKey, outcome } = what;
  const left = outcome.outcome === 'held' ? outcome : undefined;
  const now = presentTime();
  return {
    ...outcome,
    writes: {
      effects: [
        {
          effectId: id,
          runId: context.runId,
          generation: context.generation,
          asOf: acceptedAtOf(context),
          stepId: context.stepId,
          repository: input.repo,
          base: input.base,
          changeKey,
          state: left ? 'left' : 'pending',
          outcome: left,
          input,
          confirmed: false,
          flushBy: now + coalesceMs(input.coalesce?.within),
          createdAt: now,
        },
      ],
    },
  };
}

/** A replay of an older event shall not put its value over a newer one unseen. */
async function overwritesNewer(
  knex: Knex,
  context: ActionContext,
  changeKey: string,
): Promise<boolean> {
  const { generation } = context;
  if (generation === 0) return false;
  const values = (await newestAsked(knex, [changeKey])).get(changeKey) ?? [];
  const others = values.filter(value => value.generation !== generation);
  const age = { generation, runSeq: 0, asOf: acceptedAtOf(context) };
  return newerThan(age, others) !== undefined;
}

function acceptedAtOf({ events }: ActionContext): number {
  return events[events.length - 1].acceptedAt;
}
