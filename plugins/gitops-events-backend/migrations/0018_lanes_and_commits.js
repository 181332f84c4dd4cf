// A lane with a long backlog: whoever looks for runs that may begin passes over
// those that stand behind another one, instead of asking each of them. And which
// events tell of a commit of ours: they are found by it.

const live = "state in ('queued', 'waiting', 'running')";

const commits = [
  ['changes', 'head_commit'],
  ['changes', 'merge_commit'],
  ['change_revisions', 'expected_head'],
];

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('runs', table => {
    table
      .boolean('behind')
      .notNullable()
      .defaultTo(false)
      .comment(
        'Known to stand behind another one of its lane; who leaves that lane clears it for the next',
      );
  });
  await knex.raw('drop index runs_due');
  await knex.raw(
    `create index runs_due on runs (sensor, due_at, seq)
     where ${live} and not (behind and blocks_lane)`,
  );
  await knex.raw('drop index runs_topic');
  await knex.raw(
    'create index runs_topic on runs (topic, behind, created_at, seq) where topic is not null',
  );
  await knex.raw(
    'create index runs_behind on runs (lane) where behind and blocks_lane',
  );
  // Those that wait with the first of their lane once it waits for a gate.
  await knex.raw(
    `create index runs_unparked on runs (lane, due_at)
     where blocks_lane and gated and state = 'queued' and topic is null`,
  );

  await knex.schema.alterTable('events', table => {
    table
      .text('about')
      .comment(
        'The change whose commit it tells of (JSON), once it is decided',
      );
  });
  for (const [table, column] of commits) {
    await knex.raw(
      `create index ${table}_${column} on ${table} (${column}) where ${column} is not null`,
    );
  }
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  for (const [table, column] of commits) {
    await knex.raw(`drop index ${table}_${column}`);
  }
  await knex.schema.alterTable('events', table => {
    table.dropColumn('about');
  });
  await knex.raw('drop index runs_unparked');
  await knex.raw('drop index runs_behind');
  await knex.raw('drop index runs_topic');
  await knex.raw(
    'create index runs_topic on runs (topic, created_at, seq) where topic is not null',
  );
  await knex.raw('drop index runs_due');
  await knex.raw(
    `create index runs_due on runs (sensor, due_at) where ${live}`,
  );
  await knex.schema.alterTable('runs', table => {
    table.dropColumn('behind');
  });
};
