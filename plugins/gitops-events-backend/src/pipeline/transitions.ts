import type {
  RunEnd,
  RunState,
} from '@gitops-events/plugin-gitops-events-common';

/**
 * How a run moves. This is the whole state machine:
 *
 *            claim                    outcome of the step
 *   queued ---------> running ---+--- next step ------------> queued
 *     ^  ^               |       +--- failed, onFailure ---> queued
 *     |  |               |       +--- retry (due later) ----> queued
 *     |  |  claim lost   |       +--- waiting --------------> waiting
 *     |  +---------------+       +--- held -----------------> held
 *     |                          +--- an end ---------------> ended
 *     +--- wake ------ waiting
 *     +--- release --- held ------- discard ----------------> ended (discarded)
 *   queued, waiting, held --------- cancel -----------------> ended (cancelled)
 *
 * An input that does not apply in a state is refused and changes nothing: a
 * wake of an ended run is late news, a second release lost the race.
 */
export type RunInput =
  | { input: 'claim' }
  | { input: 'claimLost' }
  | { input: 'nextStep' }
  | { input: 'onFailure' }
  | { input: 'retry' }
  | { input: 'wait' }
  | { input: 'hold' }
  | { input: 'end'; end: RunEnd }
  | { input: 'wake' }
  | { input: 'release' }
  | { input: 'discard' }
  | { input: 'cancel' };

export const runInputs = [
  'claim',
  'claimLost',
  'nextStep',
  'onFailure',
  'retry',
  'wait',
  'hold',
  'end',
  'wake',
  'release',
  'discard',
  'cancel',
] as const satisfies ReadonlyArray<RunInput['input']>;

export type RunTransition =
  { state: RunState; end?: RunEnd; leavesLane: boolean } | { refused: string };

const stay = (state: RunState): RunTransition => ({ state, leavesLane: false });
const leave = (state: RunState, end?: RunEnd): RunTransition => ({
  state,
  ...(end && { end }),
  leavesLane: true,
});

const refusals: Record<RunState, string> = {
  queued: 'It is queued and will start by itself.',
  running: 'A step of it is under way. Try again in a moment.',
  waiting: 'It waits and goes on by itself.',
  held: 'It is held for a person. Release or discard it.',
  ended: 'It has ended.',
};

/**
 * Where an input leads. Waiting leaves the lane: a run waits only once it
 * has joined a change, or behind one, and a later run of its lane folds after it.
 */
export function transition(state: RunState, input: RunInput): RunTransition {
  switch (`${state} ${input.input}` as const) {
    case 'queued claim':
    case 'running claim':
      return stay('running');
    case 'running claimLost':
    case 'running nextStep':
    case 'running onFailure':
    case 'running retry':
    case 'waiting wake':
      return stay('queued');
    case 'running wait':
      return leave('waiting');
    case 'running hold':
      return leave('held');
    case 'running end':
      return leave('ended', (input as { end: RunEnd }).end);
    case 'held release':
      return leave('queued');
    case 'held discard':
      return leave('ended', 'discarded');
    case 'queued cancel':
    case 'waiting cancel':
    case 'held cancel':
      return leave('ended', 'cancelled');
    default:
      return { refused: refusals[state] };
  }
}
