// Verdicts belong to a diff and to the checks that gave them; a check that could
// not tell is asked again after growing pauses.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('change_revisions', table => {
    table
      .string('judged_by', 64)
      .comment('Digest of the checks and of what they judged by');
    table
      .integer('unjudged')
      .notNullable()
      .defaultTo(0)
      .comment('How often in a row a check could not tell');
    table.bigInteger('judge_at').comment('When it is asked again');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('change_revisions', table => {
    table.dropColumn('judge_at');
    table.dropColumn('unjudged');
    table.dropColumn('judged_by');
  });
};
