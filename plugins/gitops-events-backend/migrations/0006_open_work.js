// What the loops ask for again and again is open: a few rows among all that
// ever were. The lane of a run is asked for runs that block it, and a base for
// effects that are pending; with the ended ones in their indexes, each question
// would get slower with the years.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.raw(
    'create index runs_blocking on runs (lane, seq) where blocks_lane',
  );
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
  await knex.raw('drop index runs_blocking');
};
