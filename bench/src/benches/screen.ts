import { fork } from 'node:child_process';
import path from 'node:path';
import type { BenchRoom } from '../environment/benchRoom';
import { percentile } from '../measure/statistics';
import { benchRow } from '../report/benchRow';
import type { Bench } from './bench';

/** A step of a timeline, and how long after its stamp it was on the screen. */
interface SeenLine {
  kind: string;
  ms: number;
}

/**
 * From the stamp of a step to the first frame that shows it, in a headless
 * Chromium that has the page of an entity open. The app comes from the
 * development server, which is slower than one that is built.
 */
export const screen: Bench = {
  name: 'screen',
  about: 'how soon a person sees a step on the timeline',
  run: async room => {
    const lines = await watchScreen(room, pausesOf(room.quick));
    const seconds = lines.map(({ ms }) => ms / 1_000);
    tell(room, lines);
    return [
      benchRow({
        what: 'step to visible, p95',
        unit: 's',
        ours: percentile(seconds, 95),
      }),
    ];
  },
};

/**
 * How long nothing happens before each event, in milliseconds. Soon after the
 * last one the page still polls each second; later it relies on signals and
 * polls every five.
 */
function pausesOf(quick: boolean): number[] {
  const pauses = [200, 700, 1_300, 2_900, 6_100];
  return quick
    ? pauses.slice(0, 4)
    : Array.from({ length: 8 }, () => pauses).flat();
}

async function watchScreen(
  room: BenchRoom,
  pauses: number[],
): Promise<SeenLine[]> {
  const child = fork(path.join(__dirname, '../screen/watchScreen.mjs'), {
    execArgv: [],
  });
  const ended = new Promise<void>(resolve =>
    child.once('exit', () => resolve()),
  );
  room.atEnd(() => ended);
  const answer = await new Promise<{ lines?: SeenLine[]; error?: string }>(
    (resolve, reject) => {
      child.on('message', message => resolve(message as object));
      child.on('error', reject);
      child.on('exit', code => reject(new Error(`The page ended: ${code}`)));
      child.send({ folder: room.folder, database: databaseOf(room), pauses });
    },
  );
  if (!answer.lines) throw new Error(answer.error);
  return answer.lines;
}

function databaseOf({ postgres }: BenchRoom): object | undefined {
  return postgres && { client: 'pg', connection: postgres.connection };
}

function tell(room: BenchRoom, lines: SeenLine[]): void {
  const shown = [50, 95, 99, 100].map(
    percent =>
      `p${percent} ${percentile(
        lines.map(({ ms }) => ms),
        percent,
      )}`,
  );
  room.log(`  ${lines.length} steps: ${shown.join(', ')} ms`);
  for (const kind of new Set(lines.map(line => line.kind))) {
    const of = lines.filter(line => line.kind === kind).map(({ ms }) => ms);
    room.log(
      `    ${kind}: p50 ${percentile(of, 50)}, p95 ${percentile(of, 95)} ms`,
    );
  }
}
