// A suite that others call, so a file of tests that exports is right here.
/* eslint-disable jest/no-export */
import fc from 'fast-check';
import type { ChangeHostSetup } from './changeHostCalls';
import { ChangeHostPair, type Operation } from './changeHostPair';

/** The commoner ones more than once. */
const kinds: Operation['kind'][] = [
  ...(['commit', 'commit', 'propose', 'propose', 'merge', 'merge'] as const),
  ...(['close', 'get'] as const),
  ...(['person pushes', 'person pushes to base', 'person deletes'] as const),
];

const operations = fc.array(
  fc.record<Operation>({
    kind: fc.constantFrom(...kinds),
    branch: fc.constantFrom('one', 'one', 'two'),
    file: fc.constantFrom('a', 'b'),
    text: fc.constantFrom('1', '2'),
    belief: fc.constantFrom('present', 'present', 'present', 'none', 'base'),
  }),
  { minLength: 4, maxLength: 14 },
);

/**
 * Any sequence of calls, with people in between, ends as in a simple model
 * ({@link MemoryChangeHost}); and each call made twice is as if made once.
 *
 * @public
 */
export function changeHostModelContract(options: {
  name: string;
  createHost(): Promise<ChangeHostSetup>;
  /** Sequences tried, others each time. Default 10. */
  runs?: number;
}): void {
  describe(`${options.name} behaves as the model of a change host`, () => {
    jest.setTimeout(300_000);
    let setup: ChangeHostSetup;
    beforeAll(async () => {
      setup = await options.createHost();
    });
    afterAll(() => setup?.stop());

    it('in any sequence of operations, each call made twice', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(operations, async sequence => {
          const pair = await ChangeHostPair.start(setup, `model-${++run}`);
          for (const operation of sequence) {
            await pair.perform(operation);
            await pair.compare();
          }
        }),
        { numRuns: options.runs ?? 10 },
      );
      expect(run).toBeGreaterThan(0);
    });
  });
}
