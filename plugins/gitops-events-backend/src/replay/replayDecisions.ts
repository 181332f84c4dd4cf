import { ConflictError, NotFoundError } from '@backstage/errors';
import type { ReplayState } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import { isPostgres, nowSql } from '../store/clock';
import type { CommitQueue } from '../store/commitQueue';
import { createReplay, type NewReplay } from './createReplay';
import { forgetMemory } from './memory';

/** A person's word on a replay. It counts at once: the page under way is not kept. */
export interface ReplayDecision {
  id: string;
  by: string;
  comment?: string;
}

/** What people decide about replays. */
export interface ReplayDecisions {
  createReplay(asked: NewReplay): Promise<string>;
  pauseReplay(decision: ReplayDecision): Promise<void>;
  resumeReplay(decision: ReplayDecision): Promise<void>;
  cancelReplay(decision: ReplayDecision): Promise<void>;
}

const moves = {
  pause: { from: ['running'], to: 'paused', did: 'Paused' },
  resume: { from: ['paused'], to: 'running', did: 'Resumed' },
  cancel: { from: ['running', 'paused'], to: 'cancelled', did: 'Cancelled' },
} as const;

const refusals: Record<ReplayState, string> = {
  running: 'It runs already.',
  paused: 'It is paused already.',
  done: 'It is done already.',
  cancelled: 'It was cancelled already.',
  failed: 'It has ended already, as failed.',
};

export function createReplayDecisions(options: {
  commits: CommitQueue;
  nudges: Nudges;
}): ReplayDecisions {
  const { commits, nudges } = options;
  const move = async (
    what: keyof typeof moves,
    { id, by, comment }: ReplayDecision,
  ) => {
    const { from, to, did } = moves[what];
    await commits.run(async tx => {
      const state = await lock(tx, id);
      if (!(from as readonly ReplayState[]).includes(state)) {
        throw new ConflictError(refusals[state]);
      }
      const said = comment ? `: ${comment}` : '.';
      const reason = { code: to, message: `${did} by ${by}${said}` };
      await tx('replays')
        .where({ id })
        .update({
          state: to,
          reason: to === 'running' ? null : JSON.stringify(reason),
          attempt: 0,
          due_at: tx.raw(nowSql(tx)),
          version: tx.raw('version + 1'),
          ...(to === 'cancelled' && { ended_at: tx.raw(nowSql(tx)) }),
        });
      if (to === 'cancelled') await forgetMemory(tx, id);
      return [
        {
          what: 'person',
          replay: id,
          outcome: to,
          by,
          ...(comment && { comment }),
        },
      ];
    });
    nudges.send('replays');
  };
  return {
    createReplay: asked => createReplay(options, asked),
    pauseReplay: decision => move('pause', decision),
    resumeReplay: decision => move('resume', decision),
    cancelReplay: decision => move('cancel', decision),
  };
}

async function lock(tx: Knex, id: string): Promise<ReplayState> {
  const row = await tx('replays')
    .where({ id })
    .modify(query => {
      if (isPostgres(tx)) query.forUpdate();
    })
    .first('state');
  if (!row) throw new NotFoundError('There is no such replay.');
  return row.state;
}
