// Open syncs are read every second, page by page, among all that ever were.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.raw(
    `create index change_syncs_open on change_syncs (change_id, tracker, application)
     where state in ('waiting', 'syncing')`,
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index change_syncs_open');
};
