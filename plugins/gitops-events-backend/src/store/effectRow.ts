import type { ActionOutcome } from '@gitops-events/plugin-gitops-events-node';
import type { GitChangeInput } from '@gitops-events/plugin-gitops-events-sensors';
import type { AskedRevert } from '../revert/revertedEdit';
import { optionalJson, optionalNumber } from './runRow';

/** A row of `effects`, typed: a step that changes Git. */
export interface Effect {
  effectId: string;
  runSeq: number;
  /** Of its run: 0, or a replay for real. */
  generation: number;
  /** How new its value counts: see `change/valueAge`. */
  asOf: number;
  runId: string;
  stepId: string;
  repository: string;
  base: string;
  changeKey: string;
  /**
   * `pending` until sealed into a change (`member`) or sent back to its run
   * (`left`). A part of a revert is `behind` until the one before it is taken back.
   */
  state: 'behind' | 'pending' | 'member' | 'left';
  changeId?: string;
  /** Of its change, with which it joined. */
  revision?: number;
  input: EffectInput;
  /** What its run is told when it left. */
  outcome?: ActionOutcome;
  /** A person confirmed it although a newer value of its change key exists. */
  confirmed: boolean;
  /** Of a revert, or of a sensor of high priority: it waits for no sync. */
  urgent?: boolean;
  /** Milliseconds since the epoch: sealed by then at the latest. */
  flushBy: number;
  createdAt: number;
}

/** What a step asks for; a revert has no edits but those that it takes back. */
export interface EffectInput extends GitChangeInput {
  revert?: AskedRevert;
}

export function effectOf(row: Record<string, any>): Effect {
  return {
    effectId: row.effect_id,
    runSeq: Number(row.run_seq),
    generation: row.generation,
    asOf: Number(row.as_of ?? row.created_at),
    runId: row.run_id,
    stepId: row.step_id,
    repository: row.repository,
    base: row.base,
    changeKey: row.change_key,
    state: row.state,
    changeId: row.change_id ?? undefined,
    revision: optionalNumber(row.revision),
    input: JSON.parse(row.input),
    outcome: optionalJson<ActionOutcome>(row.outcome),
    confirmed: Boolean(row.confirmed),
    urgent: Boolean(row.urgent),
    flushBy: Number(row.flush_by),
    createdAt: Number(row.created_at),
  };
}
