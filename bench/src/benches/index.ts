import { applied } from './applied';
import type { Bench } from './bench';
import { bus } from './bus/bus';
import { commits } from './commits';
import { ingest } from './ingest';
import { latency } from './latency';
import { screen } from './screen';
import { sensors } from './sensors';
import { storm } from './storm';
import { windows } from './windows';

export const benches: Bench[] = [
  ingest,
  latency,
  sensors,
  windows,
  storm,
  commits,
  applied,
  screen,
  bus,
];
