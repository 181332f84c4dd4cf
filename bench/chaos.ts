// `npm run chaos -- NAME [--quick] [--json] [--kills N] [--sabotage lose|double|disorder]`, `git` with `[--database
// sqlite|postgres] [--host local|github]`, `bus` with `[--bus NAME] [--faults NAME,NAME] [--peers]`; without a NAME it lists what
// there is. Ends with 1 when something was lost, doubled, out of order or damaged.
import { allBuses } from './src/chaos/bus/allBuses';
import { isClean } from './src/chaos/chaosReport';
import { gitChaos } from './src/chaos/gitChaos';
import { sabotages, type Sabotage } from './src/chaos/sabotage';
import { withBenchRoom } from './src/environment/benchRoom';
import {
  harnessOptions,
  named,
  type HarnessOptions,
} from './src/report/options';

interface Outcome {
  report: object;
  clean: boolean;
}

const runs = [
  {
    name: 'git',
    about:
      'kills replicas and loses answers while events become commits, and counts both',
    run: git,
  },
  {
    name: 'bus',
    about:
      'kills, stops and cuts off replicas, brokers and databases of each bus, and counts',
    run: allBuses,
  },
];

async function git(options: HarnessOptions): Promise<Outcome> {
  const report = await withBenchRoom(
    { ...options, database: options.database ?? 'sqlite' },
    room =>
      gitChaos(room, {
        host: options.host ?? 'local',
        kills: options.kills ?? (options.quick ? 22 : 120),
        sabotage: options.sabotage as Sabotage | undefined,
      }),
  );
  return { report, clean: isClean(report) };
}

async function main(): Promise<void> {
  const options = harnessOptions(process.argv.slice(2));
  if (!options.name) {
    for (const { name, about } of runs) console.log(`${name}: ${about}`);
    return;
  }
  const chaos = named(runs, options.name);
  if (options.sabotage && !sabotages.includes(options.sabotage as Sabotage)) {
    throw new Error(`--sabotage is one of ${sabotages.join(', ')}.`);
  }
  const { report, clean } = await chaos.run(options);
  console.log(clean ? 'clean' : 'NOT CLEAN');
  console.log(
    options.json ? JSON.stringify(report) : JSON.stringify(report, null, 2),
  );
  if (!clean) process.exitCode = 1;
}

main().then(
  () => process.exit(),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
