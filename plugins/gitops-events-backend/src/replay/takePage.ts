import type { SimulatedMemory } from '@gitops-events/plugin-gitops-events-sensors';
import type { Knex } from 'knex';
import type { Nudges } from '../nudges';
import type { Limits } from '../config';
import type { RunConfig } from '../pipeline/newRun';
import { presentTime } from '../presentTime';
import { nowSql } from '../store/clock';
import type { NewRun } from '../store/insertRuns';
import type { FiringStage } from '../rehearse/rehearseFiring';
import { CompareRuns, type CompareOptions } from './CompareRuns';
import { decidePage, type PageSaid } from './decidePage';
import { readWaiting, writeFindings, type Finding } from './findings';
import { judgePage, type Judged } from './judgePage';
import { writeMemory } from './memory';
import { readPage, type Page } from './readPage';
import { realRuns, writeRealRuns } from './realRuns';
import type { Replay, ReplayCounts, ReplayPosition } from './replay';
import type { ReplaySandbox } from './ReplaySandbox';
import { inTransaction } from '../store/inTransaction';

export interface ReplayContext extends Pick<
  CompareOptions,
  'knex' | 'view' | 'readSensor'
> {
  sandbox: ReplaySandbox;
  config: RunConfig & { limits: Pick<Limits, 'sensorKeys'> };
  nudges: Nudges;
  /** Owners of those among these entities that have one. */
  ownersOf(entityRefs: string[]): Promise<ReadonlyMap<string, string>>;
  /** Made anew for each page: its repositories as they are now. */
  stage(): FiringStage;
}

/** Somebody stopped the replay, or took it over: nothing of the page is kept. */
export class ReplayMoved extends Error {}

/** Events decided in one page. */
const pageSize = 200;
/** Runs gone through in one replay, and in one page. */
const maxCompared = 1_000;
const maxComparedInPage = 50;
/** Findings kept; more are counted. */
export const maxFindings = 10_000;
/** Milliseconds that going through runs may take; a claim lasts longer. */
const compareMs = 8_000;

/**
 * Decides the next events of a claimed replay and keeps what came of it in one
 * transaction, where the replay is still the one that was claimed. So each
 * event is decided and counted once, whoever tries and wherever the process ends.
 *
 * @throws ReplayMoved when the replay is no longer ours
 */
export async function takePage(
  context: ReplayContext,
  replay: Replay,
): Promise<void> {
  const { knex, sandbox } = context;
  const limit = Math.min(pageSize, replay.perSecond);
  const page = await readPage(knex, sandbox, replay, limit);
  const { sensorKeys: most } = context.config.limits;
  const room = { left: most - replay.counts.keys, limit: most };
  const { said, growth } = decidePage({
    sensor: replay.definition,
    room,
    ...page,
  });
  const judged = await counted(knex, replay, page, said);
  const { findings, counts } = await judge(context, replay, page, judged);
  const now = presentTime();
  const runs = await realRuns(context, { replay, page, judged, now });
  await write(knex, {
    replay,
    runs,
    now,
    memory: page.memory,
    timers: page.timers,
    findings: bounded(findings, replay.counts),
    counts: {
      ...counts,
      passed: counts.passed + page.passed,
      keys: counts.keys + growth,
    },
    position: page.position,
    pauseMs: Math.ceil((page.events.length * 1_000) / replay.perSecond),
  });
  if (runs.length > 0) context.nudges.send('runs', 'timeline');
}

async function judge(
  context: ReplayContext,
  replay: Replay,
  page: Page,
  events: Judged[],
): Promise<{ findings: Finding[]; counts: ReplayCounts }> {
  const stage = context.stage();
  const runs = new CompareRuns(
    {
      ...context,
      stage,
      budget: Math.min(maxComparedInPage, maxCompared - replay.counts.compared),
      deadline: performance.now() + compareMs,
    },
    new Map(page.events.map(({ event }) => [event.uid, event])),
  );
  return judgePage({ replay, page, runs, config: stage.config }, events);
}

/** Those that the replay has its say about: neither from before nor from after its time. */
async function counted(
  knex: Knex,
  replay: Replay,
  { events, recorded }: Page,
  said: Map<string, PageSaid>,
): Promise<Judged[]> {
  const here = new Set(events.map(({ event }) => event.uid));
  const earlier = await readWaiting(
    knex,
    replay.id,
    [...said.keys()].filter(uid => !here.has(uid)),
  );
  return [
    ...earlier.map(({ eventUid, then }) => ({
      eventUid,
      then,
      said: said.get(eventUid)!,
      waited: true,
    })),
    ...events
      .filter(
        ({ event: { acceptedAt } }) =>
          acceptedAt >= replay.countsFrom && acceptedAt <= replay.countsTo,
      )
      .map(({ event: { uid } }) => ({
        eventUid: uid,
        then: recorded.get(uid),
        said: said.get(uid)!,
        waited: false,
      })),
  ];
}

/** What still waits is kept whatever the number: it is looked up when it fires. */
function bounded(findings: Finding[], before: ReplayCounts): Finding[] {
  let left =
    maxFindings - before.firesNow - before.noLongerFires - before.other;
  return findings.map(finding => {
    const { difference } = finding;
    if (difference === 'waiting' || difference === 'alike') return finding;
    left -= 1;
    return left >= 0 ? finding : { ...finding, difference: 'alike' };
  });
}

async function write(
  knex: Knex,
  what: {
    replay: Replay;
    runs: NewRun[];
    now: number;
    memory: SimulatedMemory;
    timers: Page['timers'];
    findings: Finding[];
    counts: ReplayCounts;
    position: ReplayPosition | undefined;
    /** Milliseconds until the next page. */
    pauseMs: number;
  },
): Promise<void> {
  const { replay, memory, timers, findings, counts, position } = what;
  await inTransaction(knex, async tx => {
    await moveReplay(tx, replay, {
      position: JSON.stringify(position),
      counts: JSON.stringify(counts),
      due_at: tx.raw(`${nowSql(tx)} + ?`, [what.pauseMs]),
    });
    await writeMemory(tx, replay.id, memory, timers);
    await writeFindings(tx, replay.id, findings);
    await writeRealRuns(tx, replay, what.runs, what.now);
  });
}

/** @throws ReplayMoved when it is not the one that was claimed */
export async function moveReplay(
  tx: Knex,
  { id, version }: Replay,
  columns: Record<string, unknown>,
): Promise<void> {
  const written = await tx('replays')
    .where({ id, version, state: 'running' })
    .update({ ...columns, attempt: 0, version: version + 1 });
  if (written === 0) throw new ReplayMoved();
}
