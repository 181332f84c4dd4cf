import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { RunBreaker } from '../breaker/breakerOf';
import {
  lockForSettling,
  settleBreakers,
  type Settling,
} from '../breaker/settleBreakers';
import { lockSlots } from '../concurrency/lockSlots';
import { presentTime } from '../presentTime';
import { isStopTopic, stopTopic } from '../stop/waitsForStop';
import { topicOf } from '../concurrency/slotOf';
import { GroupCommit } from '../bus/groupCommit';
import { inTransaction } from '../store/inTransaction';
import { beginEffects } from '../store/beginEffects';
import { appendChain, type ChainRecord } from '../store/chain';
import { insertSyncs } from '../store/changeSyncs';
import { completeRuns } from '../store/completeRuns';
import { insertEffects } from '../store/insertEffects';
import { insertObserved } from '../store/observed';
import type { Run } from '../store/runRow';
import { lockStops } from '../store/stops';
import { wakeNext } from '../store/parkRuns';
import { togetherOrAlone, type Written } from '../store/togetherOrAlone';
import { wakeOverlooked, type SyncWaiter } from '../store/wakeOverlooked';
import { appendTimeline, type TimelineRow } from '../timeline/append';
import type { StepWrites } from './stepRunner';

/** A step that came back, to be written. */
export interface FinishedStep {
  /** What the run is now, at the version it was claimed. */
  run: Run;
  leavesLane: boolean;
  timeline: TimelineRow[];
  writes?: StepWrites;
  /** Of its sensor, where the step ended the run or had it held. */
  breaker?: RunBreaker;
}

/**
 * State, timeline and chain of finished steps, as few statements as one step
 * would cost, and one sync to disk. A replica that lost its claim writes
 * nothing for it.
 */
export class StepWriter {
  private readonly group: GroupCommit<FinishedStep, Written>;

  constructor(
    private readonly knex: Knex,
    private readonly logger: LoggerService,
  ) {
    this.group = new GroupCommit({
      write: steps => togetherOrAlone(steps, some => this.commit(some)),
      batchSize: 200,
      maxWaiting: Infinity,
    });
  }

  /** Resolves once it is committed. */
  async write(step: FinishedStep): Promise<void> {
    const [{ error }] = await this.group.submit([step]);
    if (error) throw error;
  }

  private async commit(steps: FinishedStep[]): Promise<void> {
    await inTransaction(this.knex, async tx => {
      await goOnWhereLifted(tx, steps);
      await lockSlots(tx, steps.flatMap(slotsOf));
      const breakers = await lockForSettling(tx, steps.flatMap(settling));
      const ids = await completeRuns(tx, steps);
      const written = steps.filter(({ run }) => ids.has(run.id));
      await settleBreakers(
        tx,
        breakers,
        written.flatMap(settling),
        presentTime(),
      );
      for (const topic of written.flatMap(slotsOf)) {
        await wakeNext(tx, topic);
      }
      await insertEffects(tx, written.flatMap(effectsOf));
      await beginEffects(
        tx,
        written.flatMap(({ writes }) => writes?.begins ?? []),
      );
      await insertSyncs(
        tx,
        written.flatMap(({ writes }) => writes?.syncs ?? []),
      );
      await insertObserved(
        tx,
        written.flatMap(({ writes }) => writes?.observed ?? []),
      );
      await appendTimeline(
        tx,
        written.flatMap(({ writes, timeline }) => [
          ...(writes?.timeline ?? []),
          ...timeline,
        ]),
      );
      await appendChain(tx, 'runs', written.flatMap(recordsOf), presentTime());
    });
    // They are written. Who is not woken now looks for itself a few seconds later.
    await wakeOverlooked(this.knex, steps.flatMap(waiterOf)).catch(error =>
      this.logger.warn('Runs that wait for syncs look again later', error),
    );
  }
}

/** A stop may have been lifted since a step found it: then it does not wait. */
async function goOnWhereLifted(tx: Knex, steps: FinishedStep[]): Promise<void> {
  const stopped = steps.filter(
    ({ run }) => run.topic !== undefined && isStopTopic(run.topic),
  );
  if (stopped.length === 0) return;
  const topics = new Set((await lockStops(tx)).map(stopTopic));
  for (const { run } of stopped) {
    if (!topics.has(run.topic!)) run.dueAt = 0;
  }
}

/** Topics of those that wait for a place that a run gives back, or that it kept them from in its lane. */
function slotsOf({ run, leavesLane }: FinishedStep): string[] {
  const isOver = run.state === 'ended' || run.state === 'held';
  const makesRoom = isOver || (leavesLane && run.lane !== undefined);
  return makesRoom && run.slot !== undefined ? [topicOf(run.slot)] : [];
}

/** What begins its syncs waits for them as well; another run of its change may have begun them before. */
function waiterOf({ run, writes }: FinishedStep): SyncWaiter[] {
  const awaited = [...(writes?.syncs ?? []), ...(writes?.awaited ?? [])];
  return awaited.length > 0 ? [{ runId: run.id, awaited }] : [];
}

function settling({ run, breaker }: FinishedStep): Settling[] {
  return breaker ? [{ run, breaker }] : [];
}

function effectsOf({ run, writes }: FinishedStep) {
  const effects = writes?.effects ?? [];
  return effects.map(effect => ({
    ...effect,
    ...{ runSeq: run.seq, urgent: run.priority > 0 },
  }));
}

/** Ends and holds are decisions; waits and retries are not. */
function recordsOf({ run }: FinishedStep): ChainRecord[] {
  if (run.state !== 'ended' && run.state !== 'held') return [];
  return [
    {
      what: 'run',
      run: run.id,
      event: run.eventUid,
      sensor: run.sensor,
      revision: run.revision,
      outcome: run.end ?? 'held',
      ...(run.reason && { code: run.reason.code }),
    },
  ];
}
