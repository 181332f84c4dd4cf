// A newer run waits for the sync of what its change key wrote before, or for the
// checks of the host that run on it: which changes that are, found without reading others.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('changes', table => {
    table
      .bigInteger('rests_until')
      .comment(
        'Until when newer runs of its change keys wait for its sync at most; null: it has none',
      );
    table
      .boolean('checking')
      .notNullable()
      .defaultTo(false)
      .comment('Its host runs checks of it, and merges it itself if they pass');
  });
  await knex.raw(
    'create index changes_resting on changes (rests_until) where rests_until is not null',
  );
  await knex.raw(
    'create index changes_checking on changes (id) where checking',
  );
  await knex.schema.alterTable('change_syncs', table => {
    table
      .boolean('stuck')
      .notNullable()
      .defaultTo(false)
      .comment('As last seen, it makes no progress: degraded, failed, gone');
  });
  await knex.schema.alterTable('effects', table => {
    table
      .boolean('urgent')
      .notNullable()
      .defaultTo(false)
      .comment(
        'Of a revert, or of a sensor of high priority: waits for no sync',
      );
  });
  await knex('effects')
    .whereIn('state', ['behind', 'pending'])
    .whereIn('run_id', knex('runs').where('priority', '>', 0).select('id'))
    .update({ urgent: true });
  await knex.raw(
    "create index effects_urgent on effects (change_key) where urgent and state = 'pending'",
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index effects_urgent');
  await knex.raw('drop index changes_checking');
  await knex.raw('drop index changes_resting');
  await knex.schema.alterTable('effects', table => {
    table.dropColumn('urgent');
  });
  await knex.schema.alterTable('change_syncs', table => {
    table.dropColumn('stuck');
  });
  await knex.schema.alterTable('changes', table => {
    table.dropColumns('rests_until', 'checking');
  });
};
