// The accepted time of a partition never goes back, whatever the clock does.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('partition_clocks', table => {
    table.comment('Accepted time of the newest event; PostgreSQL only');
    table.text('partition').primary();
    table.bigInteger('at').notNullable();
  });
  await knex.raw(
    'insert into partition_clocks (partition, at) select partition, clock from positions',
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('partition_clocks');
};
