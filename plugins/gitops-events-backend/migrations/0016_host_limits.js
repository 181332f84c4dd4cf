// What was used of the limits of forges, counted for all replicas together, and
// what the changes of a base wait for.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('host_limits', table => {
    table.text('key').primary();
    // JSON [{ at, units }], see budget/slots.
    table.text('used').notNullable().defaultTo('[]');
  });
  await knex.schema.alterTable('bases', table => {
    // JSON { limit, until }, milliseconds since the epoch.
    table.text('waits_for');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('bases', table => {
    table.dropColumn('waits_for');
  });
  await knex.schema.dropTable('host_limits');
};
