// When a replica last had an awaited topic in its configuration: what is still named is kept, however long it is awaited.
// And by which rules a preview of a refused message was made, so that those of older versions are made again.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('refused_messages', table => {
    table
      .integer('preview_form')
      .comment(
        'Of which form its preview is; null where an older one wrote it',
      );
  });
  await knex.schema.alterTable('awaited_topics', table => {
    table
      .bigInteger('seen_at')
      .comment(
        'Milliseconds since the epoch, by the clock of the database; null where only older versions named it so far',
      );
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('awaited_topics', table => {
    table.dropColumn('seen_at');
  });
  await knex.schema.alterTable('refused_messages', table => {
    table.dropColumn('preview_form');
  });
};
