// Those that wait go on in the order they were made in. An order that only this
// index has: by `seq`, the planner might walk all runs that ever were.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.raw('drop index runs_topic');
  await knex.raw(
    'create index runs_topic on runs (topic, created_at, seq) where topic is not null',
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index runs_topic');
  await knex.raw(
    'create index runs_topic on runs (topic, seq) where topic is not null',
  );
};
