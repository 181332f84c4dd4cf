// A replay may also make runs; before, none did.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('replays', table => {
    table.text('mode').notNullable().defaultTo('dry');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('replays', table => {
    table.dropColumn('mode');
  });
};
