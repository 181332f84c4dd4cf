// A wait for one application, named, does not say which others follow the change.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('change_syncs', table => {
    table
      .boolean('whole')
      .notNullable()
      .defaultTo(true)
      .comment('One of all that follow the change; else it was only named');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('change_syncs', table => {
    table.dropColumn('whole');
  });
};
