import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import {
  builtInActions,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { testConfig } from '../../__testUtils__/testEngine';
import { Nudges } from '../../nudges';
import { eventUid } from '../../pipeline/accept';
import { ActiveSensors } from '../../pipeline/activeSensors';
import { decideBatch } from '../../pipeline/decideBatch';
import { LiveKeys } from '../../pipeline/liveKeys';
import { Standstills } from '../../pipeline/standstills';
import { fireDueTimers } from '../../pipeline/timerLoop';
import type { Sandbox } from '../../sandbox';
import { eventFromRow } from '../../store/eventRow';
import { CommitQueue } from '../../store/commitQueue';
import { readPosition } from '../../store/positions';
import { claimReplay } from '../claimReplay';
import { createReplays } from '../createReplays';
import type { NewReplay } from '../createReplay';
import { replayOf, type Replay } from '../replay';
import { createReplayDecisions } from '../replayDecisions';
import { takeOn } from '../replayLoop';
import { silentLogger, warningLogger } from '../../__testUtils__/testLogger';

const partition = 'test/0';

export interface PastEvent {
  id: string;
  type?: string;
  /** Milliseconds since the epoch. */
  at: number;
  data?: unknown;
  subject?: string;
}

/** Events as they were accepted at some time. */
export async function store(knex: Knex, events: PastEvent[]): Promise<void> {
  const rows = events.map(({ id, type, at, data, subject }) => ({
    uid: eventUid('/test', id),
    partition,
    ingress: 'test',
    principal: 'external:test',
    id,
    source: '/test',
    type: type ?? 'test.event',
    subject: subject ?? null,
    content_type: 'application/json',
    depth: 0,
    accepted_at: at,
    data: Buffer.from(JSON.stringify(data ?? {})),
  }));
  for (let from = 0; from < rows.length; from += 500) {
    await knex('events').insert(rows.slice(from, from + 500));
  }
}

/** What the engine says to all stored events, with the sensors that are active. */
export async function decideForReal(
  knex: Knex,
  sandbox: Sandbox,
): Promise<void> {
  const context = {
    knex,
    sandbox,
    sensors: new ActiveSensors({ knex, sandbox }),
    liveKeys: new LiveKeys({ knex, limit: 100_000 }),
    config: testConfig,
    nudges: new Nudges(),
    ownersOf: async () => new Map(),
  };
  const rows = await knex('events').orderBy(['accepted_at', 'seq']);
  const events: StoredEvent[] = rows.map(eventFromRow);
  for (let from = 0; from < events.length; from += 100) {
    const position = await readPosition(knex, partition);
    await decideBatch(context, partition, position, {
      events: events.slice(from, from + 100),
      next: String(from),
    });
  }
  const bus = {
    status: async () => [{ partition, lag: 0 }],
  };
  // One that was renewed comes again in a later turn.
  while (await knex('timers').where('due_at', '<=', Date.now()).first()) {
    const standstills = new Standstills();
    const logger = silentLogger();
    await fireDueTimers({ ...context, bus, standstills, logger });
  }
}

/** Replays on a database that others may share. */
export function replica(
  knex: Knex,
  hosts: ChangeHost[] = [],
  config = testConfig,
) {
  const nudges = new Nudges();
  const decisions = createReplayDecisions({
    commits: new CommitQueue({ knex, stream: 'people' }),
    nudges,
  });
  const replays = createReplays({
    knex,
    config,
    actions: builtInActions,
    checks: [],
    hosts,
    nudges,
    ownersOf: async () => new Map(),
    logger: warningLogger(),
  });
  return {
    ...replays,
    decisions,
    create: (rule: Sensor, rest: Partial<NewReplay> = {}) =>
      decisions.createReplay({
        rule: { name: rule.metadata.name, revision: 0, definition: rule },
        ownerRef: rule.metadata.owner,
        events: { from: '2026-01-01T00:00:00Z' },
        perSecond: 2_000,
        mode: 'dry',
        by: 'user:default/pia',
        ...rest,
      }),
    /** Takes on what is due until the replay stands still; the clock of its pace is put forward. */
    async finish(id: string): Promise<Replay> {
      for (;;) {
        const replay = await read(knex, id);
        if (replay.state !== 'running') return replay;
        await knex('replays').where({ id }).update({ due_at: 0 });
        await this.turn();
      }
    },
    async turn(): Promise<void> {
      const claimed = await claimReplay(knex, 20_000);
      if (claimed) await takeOn(replays.context, claimed);
    },
  };
}

export async function read(knex: Knex, id: string): Promise<Replay> {
  return replayOf(await knex('replays').where({ id }).first());
}

/** Every row of every table but those of replays and of what people asked for. */
export async function everythingLive(
  knex: Knex,
): Promise<Record<string, string[]>> {
  const names: Array<{ name: string }> =
    knex.client.config.client === 'better-sqlite3'
      ? await knex('sqlite_master').where({ type: 'table' }).select('name')
      : await knex('pg_catalog.pg_tables')
          .whereRaw('schemaname = current_schema()')
          .select('tablename as name');
  const tables: Record<string, string[]> = {};
  for (const { name } of names) {
    if (name.startsWith('replay') || name.startsWith('sqlite_')) continue;
    const rows: object[] = await knex(name).modify(query => {
      if (name === 'chain') query.whereNot({ stream: 'people' });
    });
    tables[name] = rows.map(row => JSON.stringify(row)).sort();
  }
  return tables;
}
