// What is no longer needed goes, in small batches, by one replica at a time.

/**
 * Rows come and go here: their space is to be used again soon, and not only
 * after a fifth of a large table has gone.
 */
const churning = [
  'event_identities',
  'events',
  'decisions',
  'runs',
  'effects',
  'timeline',
  'sensor_state',
  'timers',
];

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('events', table => {
    table
      .bigInteger('erased_at')
      .comment('When its payload was erased; null: it has it, or had none');
  });
  await knex.schema.createTable('retention', table => {
    table.comment(
      'One row: how far erasing has come; written only where `version` is the one read',
    );
    table.integer('id').primary();
    table.bigInteger('version').notNullable();
    table.bigInteger('due_at').notNullable();
    table.text('place').comment('Where the sweep goes on (JSON)');
    table
      .bigInteger('erased_until')
      .comment('Accepted time of the newest event of which something is gone');
  });
  await knex('retention').insert({ id: 1, version: 0, due_at: 0 });
  if (knex.client.config.client === 'better-sqlite3') return;
  for (const table of churning) {
    await knex.raw(
      `alter table ?? set (autovacuum_vacuum_scale_factor = 0.02,
         autovacuum_vacuum_threshold = 1000)`,
      [table],
    );
  }
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  if (knex.client.config.client !== 'better-sqlite3') {
    for (const table of churning) {
      await knex.raw(
        `alter table ?? reset (autovacuum_vacuum_scale_factor,
           autovacuum_vacuum_threshold)`,
        [table],
      );
    }
  }
  await knex.schema.dropTable('retention');
  await knex.schema.alterTable('events', table => {
    table.dropColumn('erased_at');
  });
};
