// A revision that a newer engine wrote is told by its format; an older one may not be able to read it.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('sensor_revisions', table => {
    table
      .integer('format')
      .notNullable()
      .defaultTo(1)
      .comment('What the engine that wrote it knew documents to say');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('sensor_revisions', table => {
    table.dropColumn('format');
  });
};
