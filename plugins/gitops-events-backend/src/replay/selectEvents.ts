import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import {
  dependenciesOf,
  matchesDependency,
  matchesPattern,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import { chunks } from '../store/chunks';
import { readEventsByUid } from '../store/readEventsByUid';
import { readRecorded, type Recorded } from './readRecorded';
import type { Replay, ReplayPosition } from './replay';

/** The next events of a replay. */
export interface Selected {
  /** In the order of accepted time; those before `countsFrom` too. */
  events: Array<{ event: StoredEvent; position: ReplayPosition }>;
  /** What is on record of each, by uid. */
  recorded: ReadonlyMap<string, Recorded>;
  /** Looked at, selected or not, up to each position. */
  looked: ReplayPosition[];
  /** Nothing comes after these. */
  end: boolean;
}

/** Without payloads, so that looking at many is cheap. */
interface Glance {
  uid: string;
  type: string;
  ingress: string;
  bytes: number;
  position: ReplayPosition;
}

/** Rows looked at in one page, however few of them are selected. */
const maxLooked = 1_000;
/** Payloads held at once. */
const maxBytes = 4 * 1024 * 1024;

/**
 * Reads on behind the position: events that the sensor listens to, or has on
 * record. Their own filter is not asked here.
 */
export async function selectEvents(
  knex: Knex,
  replay: Replay,
  limit: number,
): Promise<Selected> {
  const glances = await look(knex, replay);
  const recorded = await readRecorded(
    knex,
    replay.sensor,
    glances.map(({ uid }) => uid),
  );
  const fits = fitting(replay, recorded);
  const taken: Glance[] = [];
  const looked: ReplayPosition[] = [];
  let bytes = 0;
  for (const glance of glances) {
    if (fits(glance)) {
      const full = taken.length >= limit || bytes + glance.bytes > maxBytes;
      if (full && taken.length > 0) break;
      taken.push(glance);
      bytes += glance.bytes;
    }
    looked.push(glance.position);
  }
  const found = new Map(
    (
      await readEventsByUid(
        knex,
        taken.map(({ uid }) => uid),
      )
    ).map(event => [event.uid, event]),
  );
  return {
    events: taken.flatMap(({ uid, position }) => {
      const event = found.get(uid);
      return event ? [{ event, position }] : [];
    }),
    recorded,
    looked,
    end: looked.length === glances.length && glances.length < maxLooked,
  };
}

async function look(knex: Knex, replay: Replay): Promise<Glance[]> {
  const { uids } = replay.events;
  const rows: Record<string, any>[] = [];
  // A statement takes only so many parameters.
  for (const some of uids ? chunks(uids, 500) : [undefined]) {
    const { acceptedAt, seq } = replay.position ?? {};
    rows.push(
      ...(await knex('events')
        .select('uid', 'seq', 'type', 'ingress', 'accepted_at')
        .select(knex.raw('coalesce(octet_length(data), 0) as bytes'))
        .modify(query => {
          if (some) query.whereIn('uid', some);
          else {
            query.whereBetween('accepted_at', [replay.startsAt, replay.endsAt]);
          }
          if (acceptedAt !== undefined) {
            query.whereRaw('(accepted_at, seq) > (?, ?)', [acceptedAt, seq!]);
          }
        })
        .orderBy(['accepted_at', 'seq'])
        .limit(maxLooked)),
    );
  }
  return rows
    .map(row => ({
      uid: row.uid as string,
      type: row.type as string,
      ingress: row.ingress as string,
      bytes: Number(row.bytes),
      position: { acceptedAt: Number(row.accepted_at), seq: Number(row.seq) },
    }))
    .sort(
      ({ position: a }, { position: b }) =>
        a.acceptedAt - b.acceptedAt || a.seq - b.seq,
    )
    .slice(0, maxLooked);
}

function fitting(
  { definition, events: { type, said } }: Replay,
  recorded: ReadonlyMap<string, Recorded>,
): (glance: Glance) => boolean {
  const dependencies = dependenciesOf(definition);
  const listens = (glance: Glance) =>
    dependencies.some(dependency => matchesDependency(dependency, glance));
  return glance => {
    const then = recorded.get(glance.uid);
    if (type !== undefined && !matchesPattern(type, glance.type)) return false;
    if (said === 'notFired' && then?.outcome === 'fired') return false;
    if (said && said !== 'notFired' && then?.outcome !== said) return false;
    return then !== undefined || listens(glance);
  };
}
