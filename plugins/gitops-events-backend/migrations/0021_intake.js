// A broker stands before the log: how far each of its partitions was taken in, and by whom.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('intakes', table => {
    table.comment(
      'Partitions of a broker; moved on only where `version` is the one read',
    );
    table.text('partition').primary();
    table.bigInteger('version').notNullable();
    table.text('position').comment('Opaque, of the broker; what is next');
    table.text('holder').comment('The replica that reads it, until held_until');
    table.bigInteger('held_until').notNullable();
    table
      .text('stopped')
      .comment('What was lost (JSON); a person lets it go on');
  });
  await knex.schema.alterTable('events', table => {
    table
      .bigInteger('acknowledged_at')
      .comment('By a broker, before it was accepted here');
  });
  await knex.schema.createTable('intake_leftovers', table => {
    table.comment(
      'What lay in a partition of a broker and could not become an event',
    );
    table.bigIncrements('seq').primary();
    table.text('partition').notNullable();
    table.text('place').notNullable();
    table.text('reason').notNullable();
    table.binary('record').notNullable();
    table.bigInteger('at').notNullable();
    table.index(['partition']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('intake_leftovers');
  await knex.schema.alterTable('events', table => {
    table.dropColumn('acknowledged_at');
  });
  await knex.schema.dropTable('intakes');
};
