import { randomBytes } from 'node:crypto';
import { ConflictError, InputError } from '@backstage/errors';
import {
  targetInWords,
  type ReplayEvents,
  type ReplayMode,
  type Target,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import type { ActiveSensor } from '../sandbox';
import { nowSql } from '../store/clock';
import type { CommitQueue } from '../store/commitQueue';
import { memoryMs } from './memoryMs';
import { refuseErased } from './refuseErased';
import { noCounts } from './replay';

/** What a person asked for, checked. */
export interface NewReplay {
  /** Revision 0: a text. */
  rule: ActiveSensor;
  ownerRef: string;
  events: ReplayEvents;
  perSecond: number;
  mode: ReplayMode;
  target?: Target;
  comment?: string;
  by: string;
}

const outcomes: Record<ReplayMode, string> = {
  dry: 'replay',
  redirected: 'replayRedirected',
  real: 'replayForReal',
};

/** Replays that are not at their end, of all sensors. */
const maxOpen = 20;

/**
 * Keeps a replay, to be taken up by the loop of any replica.
 *
 * @returns its id
 * @throws InputError when its time is wrong, ConflictError when too many are under way
 */
export async function createReplay(
  { commits, nudges }: { commits: CommitQueue; nudges: Nudges },
  asked: NewReplay,
): Promise<string> {
  const id = randomBytes(16).toString('hex');
  await commits.run(async tx => {
    const [{ open }] = await tx('replays')
      .whereIn('state', ['running', 'paused'])
      .count('* as open');
    if (Number(open) >= maxOpen) {
      throw new ConflictError(
        `${maxOpen} replays are under way or paused. Cancel one, or wait until one has ended.`,
      );
    }
    const [{ now }] = await tx.select(tx.raw(`${nowSql(tx)} as now`));
    const time = timeOf(asked, Number(now));
    const total = await countEvents(tx, asked.events, time);
    const { rule, events, by, comment } = asked;
    await tx('replays').insert({
      id,
      sensor: rule.name,
      revision: rule.revision || null,
      definition: JSON.stringify(rule.definition),
      owner_ref: asked.ownerRef,
      events: JSON.stringify(events),
      ...time,
      per_second: asked.perSecond,
      mode: asked.mode,
      target: asked.target ? JSON.stringify(asked.target) : null,
      state: 'running',
      counts: JSON.stringify({ ...noCounts, total }),
      created_by: by,
      comment: comment ?? null,
      attempt: 0,
      due_at: Number(now),
      version: 1,
      created_at: Number(now),
    });
    await refuseErased(tx, asked.events, time, rule.definition);
    return [
      {
        what: 'person',
        replay: id,
        sensor: rule.name,
        outcome: outcomes[asked.mode],
        ...(asked.target && { target: targetInWords(asked.target) }),
        by,
      },
    ];
  });
  nudges.send('replays');
  return id;
}

interface Time {
  starts_at: number;
  counts_from: number;
  counts_to: number;
  ends_at: number;
}

function timeOf({ rule, events }: NewReplay, now: number): Time {
  if (events.uids) {
    return { starts_at: 0, counts_from: 0, counts_to: now, ends_at: now };
  }
  const from = Date.parse(events.from!);
  const to = events.to === undefined ? now : Date.parse(events.to);
  if (from > to || from > now) {
    throw new InputError(
      'The time of the events ends before it begins. Mend `events.from` or `events.to`.',
    );
  }
  const memory = memoryMs(rule.definition);
  return {
    starts_at: from - memory,
    counts_from: from,
    counts_to: Math.min(to, now),
    ends_at: Math.min(to + memory, now),
  };
}

async function countEvents(
  tx: Knex,
  { uids }: ReplayEvents,
  time: Time,
): Promise<number> {
  if (uids) return new Set(uids).size;
  const [{ count }] = await tx('events')
    .whereBetween('accepted_at', [time.starts_at, time.ends_at])
    .count('* as count');
  return Number(count);
}
