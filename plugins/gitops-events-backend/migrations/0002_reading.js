// Lists of what is open: few rows among many that have ended.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.raw(
    "create index runs_held on runs (held_at, seq) where state = 'held'",
  );
  await knex.raw(
    "create index changes_open on changes (seq) where state <> 'ended'",
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index changes_open');
  await knex.raw('drop index runs_held');
};
