// What runs in mode observe would have written, until base holds it or a day
// has gone; then the run says which, and the row is gone.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('observed', table => {
    table.string('run_id', 32).notNullable();
    table.text('step_id').notNullable();
    table.text('repository').notNullable();
    table.text('base').notNullable();
    table.text('input').notNullable();
    table.string('looked_at', 64).comment('The last commit it was not in');
    table.bigInteger('until').notNullable();
    table.primary(['run_id', 'step_id']);
    table.index(['repository', 'base', 'until']);
  });
  await knex.schema.alterTable('runs', table => {
    table
      .boolean('agreed')
      .comment(
        'Of an observing run: base came to hold what it would have written',
      );
  });
  await knex.raw(
    'create index runs_agreed on runs (sensor, seq) where agreed is not null',
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index runs_agreed');
  await knex.schema.alterTable('runs', table => {
    table.dropColumn('agreed');
  });
  await knex.schema.dropTable('observed');
};
