// A database that was restored to a point in time is on another timeline of its server.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('installation', table => {
    table
      .integer('timeline')
      .comment('Of PostgreSQL, when a replica last looked; null: not told');
    table
      .bigInteger('beats')
      .notNullable()
      .defaultTo(0)
      .comment(
        'Counted up by replicas that run; fewer than before: it went back',
      );
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('installation', table => {
    table.dropColumn('timeline');
    table.dropColumn('beats');
  });
};
