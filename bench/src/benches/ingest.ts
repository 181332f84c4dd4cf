import type { Bench } from './bench';
import { ingestHttp } from './ingestHttp';
import { ingestInProcess } from './ingestInProcess';

export const ingest: Bench = {
  name: 'ingest',
  about: 'how many events a second are accepted, beside bare inserts',
  run: async room => [
    ...(await ingestInProcess(room)),
    ...(await ingestHttp(room)),
  ],
};
