import type { Bench } from './bench';
import { commits } from './commits';
import { ingest } from './ingest';

export const benches: Bench[] = [ingest, commits];
