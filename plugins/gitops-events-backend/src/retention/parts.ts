import type { Knex } from 'knex';
import type { Cutoffs } from './cutoffs';
import { sweepChanges } from './sweepChanges';
import { sweepDecisions } from './sweepDecisions';
import { sweepIdentities } from './sweepIdentities';
import { sweepPayloads } from './sweepPayloads';
import { sweepRest } from './sweepRest';
import { sweepRuns } from './sweepRuns';
import type { Place, Taken } from './sweep';

/** One batch behind a place: looks at some rows in order and erases those that may go. */
export type Part = (tx: Knex, cutoffs: Cutoffs, after: Place) => Promise<Taken>;

/** In the order of a sweep: what hangs on others goes before them. */
export const parts: ReadonlyArray<{ name: string; take: Part }> = [
  { name: 'decisions', take: sweepDecisions },
  { name: 'runs', take: sweepRuns },
  { name: 'changes', take: sweepChanges },
  { name: 'payloads', take: sweepPayloads },
  { name: 'identities', take: sweepIdentities },
  { name: 'rest', take: sweepRest },
];
