// What a source waits for before it is there begins at its oldest; and which pull requests of a restore were closed.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('awaited_topics', table => {
    table.comment(
      'Topics that event sources looked for before they were there: all that they hold is new',
    );
    table.text('source').notNullable();
    table.text('topic').notNullable();
    table.primary(['source', 'topic']);
  });
  await knex.schema.alterTable('restored_orphans', table => {
    table
      .boolean('closed')
      .notNullable()
      .defaultTo(false)
      .comment('Whether its host said that it is');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('restored_orphans', table => {
    table.dropColumn('closed');
  });
  await knex.schema.dropTable('awaited_topics');
};
