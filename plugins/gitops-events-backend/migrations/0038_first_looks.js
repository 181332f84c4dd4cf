// When a source first looked for a topic that was not there: it begins with what was written from then on.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('awaited_topics', table => {
    table
      .bigInteger('at')
      .comment(
        'Milliseconds since the epoch, by the clock of the database; null where an older version noted it',
      );
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('awaited_topics', table => {
    table.dropColumn('at');
  });
};
