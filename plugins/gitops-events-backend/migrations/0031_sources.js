// Event sources that are pulled: how far each of their partitions was read, by whom, and what could not become an event.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('source_intakes', table => {
    table.comment(
      'Partitions of event sources; moved on only where `version` is the one read',
    );
    table.text('partition').primary().comment('<source>/<its partition>');
    table.text('source').notNullable();
    table.text('topic').notNullable();
    table.bigInteger('version').notNullable();
    table.text('position').comment('Opaque, of the source; what is next');
    table.text('holder').comment('The replica that reads it, until held_until');
    table.bigInteger('held_until').notNullable();
    table
      .text('stopped')
      .comment('What was lost (JSON); a person lets it go on');
    table.text('trouble').comment('Why nothing can be read or taken in (JSON)');
    table
      .bigInteger('last_at')
      .comment('When messages were taken in last, milliseconds');
    table.index(['source']);
  });
  await knex.schema.createTable('refused_messages', table => {
    table.comment(
      'Messages of event sources that are no events we take; a person decides',
    );
    table.bigIncrements('seq').primary();
    table.text('source').notNullable();
    table
      .text('message_id')
      .notNullable()
      .comment('Its place and time: the same whenever it is read');
    table.text('reason').notNullable();
    table.binary('message').notNullable();
    table.bigInteger('at').notNullable();
    table.unique(['source', 'message_id']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('refused_messages');
  await knex.schema.dropTable('source_intakes');
};
