// What webhooks said is heard once; a change that waits is reminded of once.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('webhook_deliveries', table => {
    table.comment(
      'Messages that were heard; kept for as long as they may be sent again',
    );
    table.text('webhook').notNullable();
    table.string('delivery', 200).notNullable();
    table.bigInteger('at').notNullable();
    table.primary(['webhook', 'delivery']);
    table.index(['at']);
  });
  await knex.schema.alterTable('changes', table => {
    table
      .text('reviewers')
      .comment('Who is asked for a review (JSON), as the host names them');
    table.boolean('draft').notNullable().defaultTo(false);
    table
      .bigInteger('reminded_at')
      .comment('When the present content was reminded of');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('changes', table => {
    table.dropColumn('reminded_at');
    table.dropColumn('draft');
    table.dropColumn('reviewers');
  });
  await knex.schema.dropTable('webhook_deliveries');
};
