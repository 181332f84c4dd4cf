// What the loops ask for again and again is open: a few rows among all that
// ever were. A lane is asked for runs that block it (0004 has their index), a
// base for effects that are pending; with the ended ones in the same index, each
// question would get slower with the years.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.raw(
    "create index effects_pending on effects (repository, base, run_seq) where state = 'pending'",
  );
  await knex.schema.alterTable('runs', table => {
    table.dropIndex(['lane', 'seq']);
  });
  await knex.schema.alterTable('effects', table => {
    table.dropIndex(['repository', 'base', 'state', 'run_seq']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('effects', table => {
    table.index(['repository', 'base', 'state', 'run_seq']);
  });
  await knex.schema.alterTable('runs', table => {
    table.index(['lane', 'seq']);
  });
  await knex.raw('drop index effects_pending');
};
