import { AUDIT_STREAM } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { presentTime } from '../presentTime';
import { appendChain, lockHead, type ChainRecord } from '../store/chain';
import type { HeldAnchor } from './AuditRef';
import { inTransaction } from '../store/inTransaction';

/** An anchor as the chain tells of it. */
export interface RecordedAnchor {
  anchor: number;
  commit: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** The last anchor on record; undefined before the first. */
export async function readRecorded(
  knex: Knex,
): Promise<RecordedAnchor | undefined> {
  const row = await knex('chain')
    .where({ stream: AUDIT_STREAM })
    .orderBy('number', 'desc')
    .first('records');
  if (!row) return undefined;
  const [{ anchor, commit, at }] = JSON.parse(row.records) as ChainRecord[];
  return { anchor: Number(anchor), commit: `${commit}`, at: Number(at) };
}

/** Puts an anchor that the ref holds on record, once, whoever of the replicas comes first. */
export async function recordAnchor(
  knex: Knex,
  { anchor, commit, at }: HeldAnchor,
): Promise<void> {
  await inTransaction(knex, async tx => {
    const head = await lockHead(tx, AUDIT_STREAM);
    const recorded = await readRecorded(tx);
    if (recorded && recorded.anchor >= anchor) return;
    const record = { what: 'anchor', anchor, commit, at: Date.parse(at) };
    await appendChain(tx, AUDIT_STREAM, [record], presentTime(), { head });
  });
}
