import fc from 'fast-check';
import { ask, closed, settle, type Breaker } from './breaker';

const settings = { failures: 3, withinMs: 10, openForMs: 5 };
const names = ['a', 'b', 'c', 'd'];

type Move =
  | { move: 'wait'; ms: number }
  | { move: 'ask'; run: string }
  | { move: 'end'; run: string; answer: 'failed' | 'succeeded' | 'neither' };

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    fc.record({
      move: fc.constant('wait' as const),
      ms: fc.integer({ min: 1, max: 7 }),
    }),
    fc.record({
      move: fc.constant('ask' as const),
      run: fc.constantFrom(...names),
    }),
    fc.record({
      move: fc.constant('end' as const),
      run: fc.constantFrom(...names),
      answer: fc.constantFrom('failed', 'failed', 'succeeded', 'neither'),
    }),
  ),
  { maxLength: 60 },
);

/**
 * The same told from the history alone: nothing is kept but the list of what
 * happened, read from its start at each question.
 */
class History {
  private readonly log: Array<
    { at: number } & (
      | { what: 'failed'; run: string }
      | { what: 'other'; run: string; succeeded: boolean }
      | { what: 'asked'; run: string }
    )
  > = [];

  note(entry: History['log'][number]) {
    this.log.push(entry);
  }

  /** Whether the run may begin. */
  passes(run: string, now: number): boolean {
    let failures: number[] = [];
    let tryAt: number | undefined;
    let probe: { run: string; at: number } | undefined;
    for (const entry of this.log) {
      if (tryAt === undefined) {
        if (entry.what !== 'failed') continue;
        failures = [...failures, entry.at].filter(
          at => entry.at - at < settings.withinMs,
        );
        if (failures.length >= settings.failures) {
          tryAt = entry.at + settings.openForMs;
        }
      } else if (entry.what === 'asked') {
        const lost = probe && entry.at - probe.at >= settings.openForMs;
        if (entry.at >= tryAt && (!probe || lost)) {
          probe = { run: entry.run, at: entry.at };
        }
      } else if (probe?.run === entry.run) {
        if (entry.what === 'failed') tryAt = entry.at + settings.openForMs;
        else if (entry.succeeded) [tryAt, failures] = [undefined, []];
        probe = undefined;
      }
    }
    if (tryAt === undefined) return true;
    const isFree = !probe || now - probe.at >= settings.openForMs;
    return now >= tryAt && (isFree || probe?.run === run);
  }
}

it('agrees with what the whole history says', () => {
  fc.assert(
    fc.property(moves, steps => {
      let breaker: Breaker = closed;
      const history = new History();
      const said: boolean[] = [];
      const expected: boolean[] = [];
      let at = 1_000;
      for (const step of steps) {
        if (step.move === 'wait') {
          at += step.ms;
        } else if (step.move === 'ask') {
          const { run } = step;
          const answer = ask(breaker, settings, { run, at });
          said.push(answer.pass);
          expected.push(history.passes(run, at));
          history.note({ what: 'asked', run, at });
          breaker = answer.breaker;
        } else {
          const { run, answer } = step;
          breaker = settle(breaker, settings, { run, answer, at });
          history.note(
            answer === 'failed'
              ? { what: 'failed', run, at }
              : {
                  what: 'other',
                  run,
                  succeeded: answer === 'succeeded',
                  at,
                },
          );
        }
      }
      expect(said).toEqual(expected);
    }),
    { numRuns: 3_000 },
  );
});

it('never has two probes at once, and always finds its way back', () => {
  fc.assert(
    fc.property(moves, steps => {
      let breaker: Breaker = closed;
      let at = 1_000;
      const passing = (from: Breaker, now: number) =>
        names.filter(run => ask(from, settings, { run, at: now }).pass).length;
      let most = 0;
      for (const step of steps) {
        if (step.move === 'wait') at += step.ms;
        if (step.move === 'end') {
          breaker = settle(breaker, settings, { ...step, at });
        }
        if (step.move === 'ask' && breaker.state !== 'closed') {
          breaker = ask(breaker, settings, { ...step, at }).breaker;
          most = Math.max(most, passing(breaker, at));
        }
      }
      expect(most).toBeLessThanOrEqual(1);

      at += 2 * settings.openForMs;
      const last = ask(breaker, settings, { run: 'z', at });
      expect(last.pass).toBe(true);
      const end = { run: 'z', answer: 'succeeded' as const, at };
      expect(settle(last.breaker, settings, end).state).toBe('closed');
    }),
  );
});
