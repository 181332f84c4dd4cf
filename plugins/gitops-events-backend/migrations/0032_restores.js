// What a database that came from a backup has to know: when that was, and what Git has that it does not know.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('restores', table => {
    table.comment('When it came from a backup; kept for ever, it is few');
    table.increments('id').primary();
    table.text('mark').notNullable().unique().comment('By what it was seen');
    table.bigInteger('at').notNullable().comment("By the database's clock");
  });
  await knex.schema.createTable('restored_bases', table => {
    table.comment('Bases whose history was read since a restore');
    table.integer('restore_id').notNullable();
    table.text('repository').notNullable();
    table.text('base').notNullable();
    table.primary(['restore_id', 'repository', 'base']);
  });
  await knex.schema.createTable('restored_effects', table => {
    table.comment(
      'Effects that Git has and the database did not know after a restore',
    );
    table.bigIncrements('seq').primary();
    table.text('repository').notNullable();
    table.text('base').notNullable();
    table
      .text('effect')
      .notNullable()
      .comment('Beginning of its id; empty: nobody knows which');
    table
      .text('change_key')
      .notNullable()
      .comment('Beginning of the digest of its change key');
    table
      .bigInteger('as_of')
      .notNullable()
      .comment('How new it counts; of an unknown one, at most');
    table.text('commit_id').comment('Null: the history was too long');
    table.index(['repository', 'base', 'effect']);
    table.index(['repository', 'base', 'change_key']);
  });
  await knex.schema.createTable('restored_repositories', table => {
    table.comment('Where pull requests are looked for before writing resumes');
    table.text('repository').primary();
    table.integer('restore_id').notNullable();
    table.boolean('settled').notNullable();
  });
  await knex.schema.createTable('restored_orphans', table => {
    table.comment('Pull requests of ours that the database did not know');
    table.text('repository').notNullable();
    table.text('branch').notNullable();
    table.integer('number').notNullable();
    table.integer('restore_id').notNullable();
    table.primary(['repository', 'branch']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('restored_orphans');
  await knex.schema.dropTable('restored_repositories');
  await knex.schema.dropTable('restored_effects');
  await knex.schema.dropTable('restored_bases');
  await knex.schema.dropTable('restores');
};
