import type { IntakeDecisions } from '../bus/intake/intakeDecisions';
import type { ReplayDecisions } from '../replay/replayDecisions';
import type { RevertDecisions } from '../revert/revertDecisions';
import type { SourceDecisions } from '../sources/pull/sourceDecisions';
import type { StopDecisions } from '../stop/stopDecisions';

/** A decision of a person on one thing. */
export interface PersonDecision {
  id: string;
  /** The version that the person saw: any other is refused. */
  version: number;
  /** Entity reference of the person, or the subject of a service. */
  by: string;
  comment?: string;
}

/**
 * What a person can decide. Each call is one transaction, recorded in the
 * chain and on the timeline, and conditional on the version seen.
 *
 * Each throws ConflictError when somebody was faster (`Ana released it
 * meanwhile.`) or when it is too late (`It is merged already.`), NotFoundError
 * when it is gone, and InputError for what the person can mend.
 */
export interface Decisions
  extends
    ReplayDecisions,
    StopDecisions,
    RevertDecisions,
    IntakeDecisions,
    SourceDecisions {
  approveChange(
    decision: PersonDecision & {
      /** Hash of the content that the person read. */
      diffHash: string;
    },
  ): Promise<void>;
  mergeChange(decision: PersonDecision): Promise<void>;
  closeChange(decision: PersonDecision): Promise<void>;
  cancelRun(decision: PersonDecision): Promise<void>;
  releaseRun(
    decision: PersonDecision & {
      /** The person saw both values and wants the older one. */
      confirmOlder: boolean;
    },
  ): Promise<void>;
  discardRun(decision: PersonDecision): Promise<void>;
  commentRun(comment: { id: string; by: string; text: string }): Promise<void>;
  pauseSensor(decision: SensorDecision): Promise<void>;
  resumeSensor(decision: SensorDecision): Promise<void>;
  /** The version is that of the breaker. */
  resetBreaker(decision: SensorDecision): Promise<void>;
}

/** {@link PersonDecision} on a sensor, which has a name instead of an id. */
export type SensorDecision = Omit<PersonDecision, 'id'> & { name: string };
