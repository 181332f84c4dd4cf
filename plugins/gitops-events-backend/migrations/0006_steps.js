// When the present step of a run was first claimed, by the database's clock:
// its timeout counts from there, whoever takes it over and however late.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('runs', table => {
    table.bigInteger('step_started_at');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('runs', table => {
    table.dropColumn('step_started_at');
  });
};
