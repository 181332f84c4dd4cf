import type { Knex } from 'knex';
// Only tests import this file.
// eslint-disable-next-line @backstage/no-undeclared-imports
import waitForExpect from 'wait-for-expect';

/** Makes each open change due at once; not while one is being looked at, since that sets a time of its own. */
export async function makeDue(knex: Knex): Promise<void> {
  await waitForExpect(async () => {
    const open = await knex('changes').whereNull('end').pluck('id');
    const due = await knex('changes')
      .whereNull('end')
      .whereNull('claimed_by')
      .update({ due_at: 0 });
    expect(due).toBe(open.length);
  }, 20_000);
}
