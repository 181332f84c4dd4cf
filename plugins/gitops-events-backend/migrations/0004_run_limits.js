// What holds runs back before they begin: circuit breakers, runs of one key at
// a time, priority, shares of sensors.

const live = "state in ('queued', 'waiting', 'running')";

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('breakers', table => {
    table.comment(
      'One a sensor and scope that failed; breaker/breaker.ts says how it moves',
    );
    table.text('sensor').notNullable();
    table
      .text('scope')
      .notNullable()
      .comment('Empty, or the target or entity that it stands for');
    table.text('value').notNullable().comment('JSON, as breaker.ts has it');
    table.text('state').notNullable();
    table.string('probe', 32).comment('Run that tries whether it works again');
    table
      .bigInteger('look_at')
      .comment('When waiting runs may go on; null when nothing is to be done');
    table.bigInteger('version').notNullable();
    table.primary(['sensor', 'scope']);
  });
  await knex.raw(
    'create index breakers_look on breakers (look_at) where look_at is not null',
  );

  await knex.schema.alterTable('runs', table => {
    table
      .boolean('gated')
      .notNullable()
      .defaultTo(false)
      .comment('Whether it must ask before it begins');
    table.integer('priority').notNullable().defaultTo(0);
    table.text('slot').comment('Concurrency key that it takes a place of');
  });
  await knex.raw('drop index runs_due');
  await knex.raw(
    `create index runs_due on runs (sensor, due_at) where ${live}`,
  );
  await knex.raw('drop index runs_topic_index');
  await knex.raw(
    'create index runs_topic on runs (topic, seq) where topic is not null',
  );
  await knex.raw(
    'create index runs_lane on runs (lane, seq) where blocks_lane',
  );
  await knex.raw(
    `create index runs_slot on runs (slot) where slot is not null and ${live}`,
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index runs_slot');
  await knex.raw('drop index runs_lane');
  await knex.raw('drop index runs_topic');
  await knex.raw('drop index runs_due');
  await knex.schema.alterTable('runs', table => {
    table.dropColumns('gated', 'priority', 'slot');
    table.index(['topic']);
  });
  await knex.raw(`create index runs_due on runs (due_at) where ${live}`);
  await knex.schema.dropTable('breakers');
};
