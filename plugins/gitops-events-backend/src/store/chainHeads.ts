import type { Knex } from 'knex';
import { parseHead, type ChainHead } from './chain';

/** The newest row of each stream. Looks each stream up: the chain is kept for ever. */
export async function readChainHeads(
  knex: Knex,
): Promise<Map<string, ChainHead>> {
  const result = await knex.raw(`
    with recursive streams(stream) as (
      select min(stream) from chain
      union all
      select (select min(stream) from chain where stream > s.stream)
      from streams s where s.stream is not null)
    select s.stream, (
      select c.number || ' ' || c.digest from chain c
      where c.stream = s.stream order by c.number desc limit 1) as head
    from streams s where s.stream is not null`);
  const rows: Array<{ stream: string; head: string }> = result.rows ?? result;
  return new Map(rows.map(({ stream, head }) => [stream, parseHead(head)]));
}
