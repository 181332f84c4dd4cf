// One switch stops writing: all of it, or that of a repository or a part of a target.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('stops', table => {
    table.comment(
      'Who stopped writing, and who let it go on; kept for ever, it is few',
    );
    table.bigIncrements('seq').primary();
    table.string('id', 32).notNullable().unique();
    table.text('kind').notNullable();
    table.text('name').notNullable().comment('Empty where the kind is all');
    table.text('reason').notNullable();
    table.text('set_by').notNullable();
    table.bigInteger('set_at').notNullable();
    table.bigInteger('version').notNullable();
    table.text('lifted_by');
    table.bigInteger('lifted_at');
    table.text('comment');
  });
  await knex.raw(
    'create unique index stops_in_force on stops (kind, name) where lifted_at is null',
  );
  await knex.schema.createTable('installation', table => {
    table.comment('One row: where this record lives');
    table.integer('id').primary();
    table
      .text('system')
      .comment('Identifies the PostgreSQL cluster; a restored one is another');
  });
  await knex.schema.alterTable('changes', table => {
    table.string('stop_id', 32).comment('The stop that it waits for');
    table.index(['stop_id']);
  });
  await knex.schema.alterTable('change_syncs', table => {
    table
      .bigInteger('stopped_at')
      .comment('Since when a stop keeps it from being asked for');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('change_syncs', table => {
    table.dropColumn('stopped_at');
  });
  await knex.schema.alterTable('changes', table => {
    table.dropIndex(['stop_id']);
    table.dropColumn('stop_id');
  });
  await knex.schema.dropTable('installation');
  await knex.schema.dropTable('stops');
};
