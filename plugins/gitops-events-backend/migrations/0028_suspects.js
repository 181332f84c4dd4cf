// A run that lost several claims in a row may be what kills its replicas; it is taken alone.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.raw(
    'create index runs_suspects on runs (due_at) where claimed_by is not null and attempt >= 3',
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index runs_suspects');
};
