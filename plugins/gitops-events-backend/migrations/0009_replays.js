// Replays: stored events decided again. What they remember, what is due in them
// and what they found has tables of its own; nothing live is in any of them.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('replays', table => {
    table.comment('Which events, which rule, and how far it has come');
    table.bigIncrements('seq').primary();
    table.string('id', 32).notNullable().unique();
    table.text('sensor').notNullable();
    table.integer('revision').comment('Null where a text was given');
    table.text('definition').notNullable();
    table.text('owner_ref').notNullable();
    table.text('events').notNullable().comment('The selection (JSON)');
    table
      .bigInteger('starts_at')
      .notNullable()
      .comment(
        'Accepted time. Events before `counts_from` and after `counts_to` are decided for what is remembered, and not counted',
      );
    table.bigInteger('counts_from').notNullable();
    table.bigInteger('counts_to').notNullable();
    table.bigInteger('ends_at').notNullable();
    table.integer('per_second').notNullable();
    table.text('state').notNullable();
    table.text('position').comment('Where to go on (JSON)');
    table.text('counts').notNullable().comment('The progress (JSON)');
    table.text('created_by').notNullable();
    table.text('comment');
    table.text('reason').comment('Why it stands still or ended early');
    table.integer('attempt').notNullable().comment('Claims without a page');
    table.bigInteger('due_at').notNullable();
    table.bigInteger('version').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('ended_at');
    table.index(['sensor', 'seq']);
  });
  await knex.raw(
    "create index replays_due on replays (due_at) where state = 'running'",
  );

  await knex.schema.createTable('replay_findings', table => {
    table.comment('Events decided otherwise, or still waiting in a window');
    table.bigIncrements('seq').primary();
    table.string('replay_id', 32).notNullable();
    table.string('event_uid', 32).notNullable();
    table.text('difference').notNullable();
    table.text('then').comment('What is on record (JSON)');
    table.text('now').notNullable();
    table.unique(['replay_id', 'event_uid']);
    table.index(['replay_id', 'seq']);
  });
  await knex.raw(
    "create index replay_findings_waiting on replay_findings (replay_id, seq) where difference = 'waiting'",
  );

  await knex.schema.createTable('replay_state', table => {
    table.comment('What the sensor remembers in a replay; goes when it ends');
    table.string('replay_id', 32).notNullable();
    table.text('kind').notNullable();
    table.text('key').notNullable();
    table.text('value').notNullable();
    table.primary(['replay_id', 'kind', 'key']);
  });
  await knex.schema.createTable('replay_timers', table => {
    table.comment('What is due in a replay, by accepted time');
    table.string('replay_id', 32).notNullable();
    table.text('kind').notNullable();
    table.text('key').notNullable();
    table.bigInteger('due_at').notNullable();
    table.primary(['replay_id', 'kind', 'key']);
    table.index(['replay_id', 'due_at']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  for (const table of [
    'replay_timers',
    'replay_state',
    'replay_findings',
    'replays',
  ]) {
    await knex.schema.dropTable(table);
  }
};
