import { z } from 'zod';
import type {
  Reason,
  StoredEvent,
  Target,
} from '@gitops-events/plugin-gitops-events-common';

/** What a step came to. @public */
export type ActionOutcome =
  | { outcome: 'done'; output?: Record<string, unknown>; detail?: string }
  /** It changes nothing, because all is so already. */
  | { outcome: 'alreadySo'; detail?: string }
  /** The world said no; trying again would not help. */
  | { outcome: 'failed'; reason: Reason }
  /** A person must decide: not allowed, policy, an outcome nobody knows. */
  | { outcome: 'held'; reason: Reason }
  /** Another run made this one pointless. */
  | { outcome: 'superseded'; reason: Reason }
  /** A reviewer, or whoever closed the pull request, said no. */
  | { outcome: 'discarded'; reason: Reason }
  /** Its requester took it back. */
  | { outcome: 'cancelled'; reason: Reason }
  /** Try again; the retry policy says when and how often. `afterMs` is a wish of the other side. */
  | { outcome: 'retry'; reason: Reason; afterMs?: number }
  /** Look again when woken by `topic`, at the latest after `atMostMs`. */
  | { outcome: 'waiting'; reason: Reason; topic: string; atMostMs: number };

/**
 * Marks an input for a secret: only there a sensor may write
 * `${{ secrets.name }}`, and `run` is given its value. Whatever the action says
 * afterwards (outcome, error) is kept without it.
 *
 * @public
 */
export const secretInput = z.string().min(1).meta({ format: 'secret' });

/** @public */
export interface ActionContext {
  runId: string;
  stepId: string;
  /** Stands for this step of this run for ever: see guarantee G3 in the docs. */
  effectId: string;
  sensor: string;
  revision: number;
  owner: string;
  mode: 'observe' | 'propose' | 'auto';
  generation: number;
  entityRef?: string;
  target?: Target;
  event: StoredEvent;
  /** All events of the run in the order they came: several with a window, and the last one is `event`. */
  events: StoredEvent[];
  /** The sensor's params, resolved. */
  params: Record<string, unknown>;
  /** Outputs of earlier steps by step id. */
  outputs: Record<string, Record<string, unknown>>;
  /** Milliseconds since the epoch when this step first started. */
  startedAt: number;
  /** When its timeout ends; what waits or would be tried again then has failed. */
  deadline?: number;
  /** Aborts at the claim's deadline; no outside call may outlive it. */
  signal: AbortSignal;
}

/**
 * One thing a step can do. Called again after a crash, a lost answer or a
 * wait, so `run` first looks for its own earlier result.
 *
 * @public
 */
export interface Action<TInput = unknown> {
  /** Such as `git:change`. */
  readonly id: string;
  readonly description: string;
  readonly input: z.ZodType<TInput>;
  /**
   * How a second call is made safe: `conditional` (the other side checks),
   * `key` (it honours our effect id), `look` (we look for our result first),
   * `none` (an unknown outcome is held, never retried blindly).
   */
  readonly safety: 'conditional' | 'key' | 'look' | 'none';
  /** Default of a step's `timeout`, such as `10m`; `never` refuses one. See `ActionSchema` of the sensors package. */
  readonly timeout?: string;
  /** Names in its output, for the linter; without them any may be read. */
  readonly outputs?: readonly string[];
  /** It knows mode `observe`: tells what it would do and changes nothing. Without it a step is skipped in that mode. */
  readonly observes?: boolean;
  /** False where it changes nothing outside our database itself: a stop does not keep it from being asked. True by default. */
  readonly writesOutside?: boolean;
  /**
   * Takes the step, or looks how far it is. What it throws is tried again.
   * People read the sentence of an `Error` or of one of `@backstage/errors`;
   * that of any other class, or with a `code`, is for the log alone.
   */
  run(context: ActionContext, input: TInput): Promise<ActionOutcome>;
}
