// Lists of what is open: few rows among many that have ended. And which waits
// people were told of.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.raw(
    "create index runs_held on runs (held_at, seq) where state = 'held'",
  );
  await knex.raw(
    "create index changes_open on changes (seq) where state <> 'ended'",
  );
  await knex.schema.createTable('notified', table => {
    table.text('scope').primary();
    table.bigInteger('at').notNullable();
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('notified');
  await knex.raw('drop index changes_open');
  await knex.raw('drop index runs_held');
};
