import { runEnds, runStates } from '@gitops-events/plugin-gitops-events-common';
import { runInputs, transition, type RunInput } from './transitions';

const allInputs: RunInput[] = runInputs.flatMap(input =>
  input === 'end'
    ? runEnds.map(end => ({ input, end }) as const)
    : [{ input } as RunInput],
);

const allowed = new Set([
  'queued claim',
  'queued cancel',
  'running claim',
  'running claimLost',
  'running nextStep',
  'running retry',
  'running wait',
  'running hold',
  'running end',
  'waiting wake',
  'waiting cancel',
  'held release',
  'held discard',
  'held cancel',
]);

describe('transition', () => {
  it.each(runStates.flatMap(s => allInputs.map(i => [s, i] as const)))(
    'leads %s with %j to a defined place',
    (state, input) => {
      const next = transition(state, input);
      if (!allowed.has(`${state} ${input.input}`)) {
        expect(next).toEqual({ refused: expect.stringMatching(/\.$/) });
        return;
      }
      if ('refused' in next) throw new Error(`refused: ${next.refused}`);
      expect(runStates).toContain(next.state);
      expect(next.state === 'ended').toBe(next.end !== undefined);
      if (['ended', 'held', 'waiting'].includes(next.state)) {
        expect(next.leavesLane).toBe(true);
      }
    },
  );

  it('reaches each end from queued, and nothing leaves an end', () => {
    const reached = new Set<string>();
    const seen = new Set<string>(['queued']);
    const queue: Array<(typeof runStates)[number]> = ['queued'];
    while (queue.length) {
      const state = queue.pop()!;
      for (const input of allInputs) {
        const next = transition(state, input);
        if ('refused' in next) continue;
        expect(state).not.toBe('ended');
        if (next.end) reached.add(next.end);
        if (!seen.has(next.state)) {
          seen.add(next.state);
          queue.push(next.state);
        }
      }
    }
    expect([...reached].sort()).toEqual([...runEnds].sort());
    expect([...seen].sort()).toEqual([...runStates].sort());
  });
});
