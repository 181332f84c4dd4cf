// `npm run bench -- NAME [--quick] [--json] [--database sqlite|postgres] [--host local|github] [--bus NAME]`; without a NAME it lists what there is. Ends with 1 when a storm misses a bar.
import { cpus, loadavg } from 'node:os';
import { benches } from './src/benches';
import { withBenchRoom } from './src/environment/benchRoom';
import type { BenchReport } from './src/report/benchRow';
import { missedBars } from './src/report/bars';
import { harnessOptions, named } from './src/report/options';
import { table } from './src/report/table';

async function main(): Promise<void> {
  const options = harnessOptions(process.argv.slice(2));
  if (!options.name) {
    for (const { name, about } of benches) console.log(`${name}: ${about}`);
    return;
  }
  const bench = named(benches, options.name);
  const processors = cpus();
  console.log(
    `${bench.name}: Node ${process.versions.node}, ${processors.length} x ${processors[0]?.model}, load ${loadavg()[0].toFixed(1)}`,
  );
  const report = await withBenchRoom(options, async room => ({
    name: bench.name,
    database: room.kind,
    rows: await bench.run(room),
  }));
  console.log(`\n${table(report.rows)}`);
  for (const missed of missedBars(report.rows)) {
    console.log(`NOT MET: ${missed}`);
    process.exitCode = 1;
  }
  if (options.json) console.log(JSON.stringify(report satisfies BenchReport));
}

main().then(
  // A backend leaves timers behind that would keep this process.
  () => process.exit(),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
