// When the first of what is pending for a base has to go: asked at each turn, however much is pending.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.raw(
    "create index effects_flush on effects (repository, base, flush_by) where state = 'pending'",
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index effects_flush');
};
