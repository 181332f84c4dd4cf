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
  'running onFailure',
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
  const all = runStates.flatMap(state =>
    allInputs.map(input => [state, input] as const),
  );
  const isAllowed = ([state, { input }]: (typeof all)[number]) =>
    allowed.has(`${state} ${input}`);

  it.each(all.filter(pair => !isAllowed(pair)))(
    'refuses %s with %j, and says why',
    (state, input) => {
      expect(transition(state, input)).toEqual({
        refused: expect.stringMatching(/\.$/),
      });
    },
  );

  it.each(all.filter(isAllowed))(
    'leads %s with %j to a defined place',
    (state, input) => {
      const next = transition(state, input);
      if ('refused' in next) throw new Error(`refused: ${next.refused}`);
      expect(runStates).toContain(next.state);
      expect(next.state === 'ended').toBe(next.end !== undefined);
      const stopped = ['ended', 'held', 'waiting'].includes(next.state);
      expect(next.leavesLane || !stopped).toBe(true);
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
