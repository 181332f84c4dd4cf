// What lists show of a refused message, so that they need not read all of each.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('refused_messages', table => {
    table
      .text('preview')
      .comment('JSON, without secrets; null where an older replica wrote it');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('refused_messages', table => {
    table.dropColumn('preview');
  });
};
