import type { Knex } from 'knex';
import { GroupCommit } from '../bus/groupCommit';
import { presentTime } from '../presentTime';
import { appendChain, type ChainRecord } from './chain';
import { inTransaction } from './inTransaction';
import { togetherOrAlone, type Written } from './togetherOrAlone';

/** Writes that belong together; returns the decisions that go on record with them. */
export type Work = (tx: Knex.Transaction) => Promise<ChainRecord[]>;

/**
 * Small writes share one transaction, one sync to disk and one row of the
 * chain. When a transaction fails, its works are tried again one by one, so
 * that a bad one fails alone.
 */
export class CommitQueue {
  private readonly group: GroupCommit<Work, Written>;

  constructor(
    private readonly options: {
      knex: Knex;
      /** Stream of the chain that the records go into. */
      stream: string;
    },
  ) {
    this.group = new GroupCommit({
      write: works => togetherOrAlone(works, some => this.commit(some)),
      batchSize: 200,
      maxWaiting: Infinity,
    });
  }

  /** Resolves once the work is committed; throws what it threw. */
  async run(work: Work): Promise<void> {
    const [{ error }] = await this.group.submit([work]);
    if (error) throw error;
  }

  private commit(works: Work[]): Promise<void> {
    const { knex, stream } = this.options;
    return inTransaction(knex, async tx => {
      const records: ChainRecord[] = [];
      for (const work of works) records.push(...(await work(tx)));
      await appendChain(tx, stream, records, presentTime());
    });
  }
}
