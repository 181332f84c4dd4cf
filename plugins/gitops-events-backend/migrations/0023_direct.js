// Changes that go to their base without a pull request.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('changes', table => {
    table
      .boolean('direct')
      .notNullable()
      .defaultTo(false)
      .comment(
        'Committed to its base itself, until a person is needed or its host refuses',
      );
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('changes', table => {
    table.dropColumn('direct');
  });
};
