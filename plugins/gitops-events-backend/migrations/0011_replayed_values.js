// Replays beside what is live: which of two values is the newer one, where a
// replay lands, and its runs by themselves.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('effects', table => {
    table
      .integer('generation')
      .notNullable()
      .defaultTo(0)
      .comment('Of its run: 0, or a replay for real');
    table
      .bigInteger('as_of')
      .comment(
        'Accepted time of its event, or of the newest value that a person saw it replace; null in rows from before',
      );
  });
  await knex('effects')
    .whereIn('run_id', knex('runs').where('generation', '>', 0).select('id'))
    .update({
      generation: knex.raw(
        '(select runs.generation from runs where runs.id = effects.run_id)',
      ),
    });
  await knex.schema.alterTable('replays', table => {
    table.text('target').comment('Where its runs land instead (JSON)');
  });
  await knex.raw(
    'create index runs_replayed on runs (generation, seq) where generation > 0',
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index runs_replayed');
  await knex.schema.alterTable('replays', table => {
    table.dropColumn('target');
  });
  await knex.schema.alterTable('effects', table => {
    table.dropColumns('generation', 'as_of');
  });
};
