// What people take back, and which change keys are held until they say why.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('reverts', table => {
    table.comment('Runs that take another one back');
    table.string('run_id', 32).primary();
    table.string('of_run', 32).notNullable();
    table.text('asked_by').notNullable();
    table.text('comment').notNullable();
    table.string('digest', 64).notNullable().comment('Of the preview seen');
    table.bigInteger('asked_at').notNullable();
    table.text('root_cause');
    table.text('root_cause_by');
    table.bigInteger('root_cause_at');
    table.index(['of_run']);
  });
  await knex.schema.createTable('reverted_keys', table => {
    table.comment(
      'Change keys that a revert holds until its root cause is stated',
    );
    table.text('change_key').notNullable();
    table.string('run_id', 32).notNullable();
    table.primary(['change_key', 'run_id']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('reverted_keys');
  await knex.schema.dropTable('reverts');
};
