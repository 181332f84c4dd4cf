import type { Knex } from 'knex';
import { AUDIT_REF } from '../audit/AuditRef';
import { readRecorded } from '../audit/recordAnchor';
import type { AuditConfig } from '../config';
import { readChainHeads } from '../store/chainHeads';
import { iso } from '../timeline/runView';
import type { Handlers } from './handlers';

/** Routes below `/v1/audit`. */
export const chainHandlers = (
  { knex }: { knex: Knex },
  { audit }: { audit: AuditConfig },
): Pick<Handlers, 'getAudit' | 'listChain'> => ({
  async getAudit() {
    const heads = await readChainHeads(knex);
    const last = await readRecorded(knex);
    return {
      repository: audit.repository,
      ref: AUDIT_REF,
      ...(last && { last: { ...last, at: iso(last.at) } }),
      streams: [...heads].map(([stream, head]) => ({ stream, ...head })),
    };
  },
  async listChain({ query: { stream, after, limit } }) {
    const rows = await knex('chain')
      .where({ stream })
      .where('number', '>', after)
      .orderBy('number')
      .limit(limit);
    return {
      items: rows.map(({ number, previous, digest, records, at }) => ({
        stream,
        number: Number(number),
        previous,
        digest,
        records,
        at: Number(at),
      })),
    };
  },
});
