import type { Knex } from 'knex';
import { appendChain, type ChainHead, type ChainRecord } from '../store/chain';
import { insertDecisions, type NewDecision } from '../store/insertDecisions';
import { insertRuns, type FirstClaim } from '../store/insertRuns';
import { lockLanes } from '../store/lockLanes';
import type { Run } from '../store/runRow';
import { writeState } from '../store/sensorState';
import { setTimers } from '../store/timers';
import type { Decided } from './decided';

/** A claim of nobody: the run loop finds the runs. */
export const nobody = {
  replica: '',
  claimMs: 0,
  free: 0,
  running: new Map<string, number>(),
  deadline: 0,
};

/** Writes what was decided; call it under the locks of the state rows. */
export async function writeDecided(
  tx: Knex,
  what: {
    /** `head`: read under a lock that lets one writer in. */
    chain: { stream: string; head?: ChainHead };
    decided: Decided;
    /** Lanes to which others may add at the same time. */
    sharedLanes?: string[];
    now: number;
    claim: FirstClaim;
  },
): Promise<Run[]> {
  const { chain, decided, sharedLanes = [], now, claim } = what;
  await writeState(tx, decided.stateWrites);
  await setTimers(tx, decided.timers);
  await insertDecisions(tx, decided.decisions, now);
  await lockLanes(tx, sharedLanes);
  const runs = await insertRuns(tx, decided.runs, claim);
  const records = decided.decisions.map(recordOf);
  await appendChain(tx, chain.stream, records, now, chain);
  return runs;
}

function recordOf(decision: NewDecision): ChainRecord {
  const { eventUid, sensor, revision, outcome, reason, runId } = decision;
  return {
    what: 'decision',
    event: eventUid,
    sensor,
    revision,
    outcome,
    reason: reason.code,
    ...(runId && { run: runId }),
  };
}
