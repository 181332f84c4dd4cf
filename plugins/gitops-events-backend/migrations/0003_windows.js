// Windows: a run may have several events, an event may wait before its sensor
// has its say, and a timer belongs to a sensor, whatever partitions feed it.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('timers', table => {
    table.dropIndex(['partition', 'due_at']);
  });
  await knex.schema.alterTable('timers', table => {
    table.dropColumn('partition');
    table.index(['due_at', 'sensor']);
    table.index(['sensor', 'due_at']);
  });
  await knex.schema.alterTable('decisions', table => {
    table.bigInteger('waited_at').comment('When it came to wait in a window');
    table.text('waited_reason').comment('What it waited for');
    table.index(['run_id']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('decisions', table => {
    table.dropIndex(['run_id']);
    table.dropColumns('waited_at', 'waited_reason');
  });
  await knex.schema.alterTable('timers', table => {
    table.dropIndex(['due_at', 'sensor']);
    table.dropIndex(['sensor', 'due_at']);
  });
  await knex.schema.alterTable('timers', table => {
    table.text('partition').notNullable().defaultTo('');
    table.index(['partition', 'due_at']);
  });
};
