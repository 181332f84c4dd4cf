import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  traceNode,
  whyNotTrace,
  type SystemCall,
} from '../git/__testUtils__/systemCalls';
import { typescriptArguments } from '../git/__testUtils__/typescriptProcess';

const script = join(__dirname, '__testUtils__/acceptThree.ts');
const touchesLog = ({ text }: SystemCall) => text.includes('.sqlite-wal>');

/** Numbers of the acknowledgements that left before what they acknowledge was synced. */
function tooEarly(calls: SystemCall[]): number[] {
  const acknowledgements = calls.filter(({ text }) =>
    text.includes('acknowledged'),
  );
  expect(acknowledgements).toHaveLength(3);
  let since = 0;
  return acknowledgements.flatMap((acknowledged, index) => {
    expect(acknowledged.text).toContain(`${index + 1} accepted`);
    const before = calls.filter(
      call =>
        touchesLog(call) &&
        call.started > since &&
        call.ended < acknowledged.started,
    );
    since = acknowledged.ended;
    const written = before.filter(({ name }) => name === 'pwrite64').at(-1);
    const synced = before.some(
      ({ name, started }) =>
        ['fsync', 'fdatasync'].includes(name) &&
        written !== undefined &&
        started > written.ended,
    );
    return synced ? [] : [index + 1];
  });
}

describe('an event on SQLite is acknowledged only when it is on disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gitops-events-durability-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const trace = async (...options: string[]) => {
    const reason = await whyNotTrace();
    if (!reason) {
      return traceNode(typescriptArguments(script, folder, ...options));
    }
    // Elsewhere a developer is told; where it counts, it must run.
    if (process.env.CI) throw new Error(reason);
    process.stderr.write(`Accepting was not traced: ${reason}\n`);
    return undefined;
  };

  it('syncs the log of the database before each acknowledgement', async () => {
    const calls = await trace();
    expect(calls ? tooEarly(calls) : []).toEqual([]);
  }, 120_000);

  it('would notice a database that does not sync at each commit', async () => {
    const calls = await trace('NORMAL');
    expect(calls ? tooEarly(calls) : [1, 2, 3]).toEqual([1, 2, 3]);
  }, 120_000);
});
