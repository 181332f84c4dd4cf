import path from 'node:path';
import { testHost } from './__testUtils__/bareRepository';
import { git } from './__testUtils__/gitCommand';
import {
  parseTrace,
  traceNode,
  whyNotTrace,
  type SystemCall,
} from './__testUtils__/systemCalls';
import { typescriptArguments } from './__testUtils__/typescriptProcess';

const script = path.join(__dirname, '__testUtils__/commitOnce.ts');
const isSync = ({ name }: SystemCall) => ['fsync', 'fdatasync'].includes(name);

/** What is missing between the bytes of `file` and the acknowledgement; undefined when nothing is. */
function gap(
  calls: SystemCall[],
  file: string,
  acknowledged: SystemCall,
): string | undefined {
  const rename = calls.find(
    call => call.name.startsWith('rename') && call.text.includes(`, "${file}"`),
  );
  if (!rename) return `${file} was not renamed into place`;
  const temporary = /"([^"]+)"/.exec(rename.text)![1];
  const bytes = calls.find(
    call =>
      isSync(call) &&
      call.text.includes(`<${temporary}>`) &&
      call.ended < rename.started,
  );
  if (!bytes) return `the bytes of ${file} were not synced before its rename`;
  const names = calls.find(
    call =>
      isSync(call) &&
      call.text.includes(`<${path.dirname(file)}>`) &&
      call.started > rename.ended &&
      call.ended < acknowledged.started,
  );
  return names ? undefined : `the name of ${file} was not synced in time`;
}

describe('a commit is acknowledged only when it is on disk', () => {
  it('syncs each object and the ref, and their folders, before', async () => {
    const reason = await whyNotTrace();
    if (reason) {
      // Elsewhere a developer is told; where it counts, it must run.
      if (process.env.CI) throw new Error(reason);
      process.stderr.write(
        `The durability of commits was not traced: ${reason}\n`,
      );
      return;
    }
    const test = await testHost();
    const calls = await traceNode(typescriptArguments(script, test.directory));
    const acknowledged = calls.find(call =>
      call.text.includes('acknowledged'),
    )!;
    expect(acknowledged.text).toContain('committed');

    const listed = await git(
      test.bare,
      ...[
        'rev-list',
        '--objects',
        '--no-object-names',
        'teams/change',
        '^main',
      ],
    );
    const ids = listed.split('\n');
    expect(ids).toHaveLength(6);
    const objects = ids.map(id =>
      path.join(test.bare, 'objects', id.slice(0, 2), id.slice(2)),
    );
    const ref = path.join(test.bare, 'refs/heads/teams/change');
    for (const written of [...objects, ref]) {
      expect(gap(calls, written, acknowledged)).toBeUndefined();
    }
    // The folder `teams` is new, and a ref must never come before what it names.
    const moved = calls.find(call => call.text.includes(`, "${ref}"`))!;
    for (const object of objects) {
      expect(gap(calls, object, moved)).toBeUndefined();
    }
    const folder = `<${path.dirname(path.dirname(ref))}>`;
    expect(
      calls.some(
        call =>
          isSync(call) &&
          call.text.includes(folder) &&
          call.started > moved.ended &&
          call.ended < acknowledged.started,
      ),
    ).toBe(true);
    await test.finish();
  }, 120_000);

  it('would notice a sync that comes too late', () => {
    const trace = (lines: string[]) => parseTrace(lines.join('\n'));
    const inTime = trace([
      '7 fdatasync(18</r/objects/tmp> <unfinished ...>',
      '8 write(1</dev/null>, "x", 1) = 1',
      '7 <... fdatasync resumed>) = 0',
      '1 rename("/r/objects/tmp", "/r/objects/ab/cd") = 0',
      '7 fsync(18</r/objects/ab>) = 0',
      '1 write(1<pipe:[1]>, "acknowledged", 12) = 12',
    ]);
    const gapOf = (calls: SystemCall[]) =>
      gap(
        calls,
        '/r/objects/ab/cd',
        calls.find(c => c.text.includes('ack'))!,
      );
    expect(gapOf(inTime)).toBeUndefined();
    expect(
      gapOf(
        trace([
          '7 fdatasync(18</r/objects/tmp> <unfinished ...>',
          '1 rename("/r/objects/tmp", "/r/objects/ab/cd") = 0',
          '7 <... fdatasync resumed>) = 0',
          '7 fsync(18</r/objects/ab>) = 0',
          '1 write(1<pipe:[1]>, "acknowledged", 12) = 12',
        ]),
      ),
    ).toMatch(/bytes/);
    expect(
      gapOf(
        trace([
          '7 fdatasync(18</r/objects/tmp>) = 0',
          '1 rename("/r/objects/tmp", "/r/objects/ab/cd") = 0',
          '7 fsync(18</r/objects/ab> <unfinished ...>',
          '1 write(1<pipe:[1]>, "acknowledged", 12) = 12',
          '7 <... fsync resumed>) = 0',
        ]),
      ),
    ).toMatch(/name/);
  });
});
