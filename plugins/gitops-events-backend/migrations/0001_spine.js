// The record: one table a thing, times in milliseconds since the epoch,
// JSON as text (so that both databases read it alike), payloads as bytes.
// `version` columns are counted up by each write: a decision names the version it saw.

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  const postgres = knex.client.config.client !== 'better-sqlite3';
  const seq = table => table.bigIncrements('seq').primary();

  await knex.schema.createTable('event_identities', table => {
    table.comment(
      'Each accepted (source, id), kept longer than the event itself',
    );
    table.string('uid', 32).primary();
    table.bigInteger('accepted_at').notNullable().index();
  });

  await knex.schema.createTable('events', table => {
    table.comment(
      'Accepted events; the embedded bus reads its partitions from here',
    );
    seq(table);
    table.string('uid', 32).notNullable();
    table.text('partition').notNullable();
    if (postgres) {
      table
        .specificType('xid', 'xid8')
        .notNullable()
        .defaultTo(knex.raw('pg_current_xact_id()'));
    }
    table.text('ingress').notNullable();
    table.text('principal').notNullable();
    table.text('id').notNullable();
    table.text('source').notNullable();
    table.text('type').notNullable();
    table.text('subject');
    table.text('time');
    table.text('content_type');
    table.text('schema');
    table.text('extensions');
    table.text('entity_ref');
    table.text('owner_ref').comment('Owner of the entity when it was accepted');
    table.text('partition_key');
    table.text('causation_id');
    table.integer('depth').notNullable();
    table.bigInteger('accepted_at').notNullable();
    table.binary('data');
    table.unique(['uid']);
    table.index(['entity_ref', 'seq']);
    table.index(['accepted_at']);
    if (postgres) table.index(['partition', 'xid', 'seq']);
    else table.index(['partition', 'seq']);
  });

  await knex.schema.createTable('positions', table => {
    table.comment(
      'How far each partition is decided; written only where `version` is the one read',
    );
    table.text('partition').primary();
    table.bigInteger('version').notNullable();
    table.text('position').comment('Opaque, of the bus');
    table
      .bigInteger('clock')
      .notNullable()
      .comment('Accepted time reached; never goes back');
    table
      .text('stopped')
      .comment('Reason (JSON) when a loss was found; a person lets it go on');
  });

  await knex.schema.createTable('sensors', table => {
    table.text('name').primary();
    table.bigInteger('version').notNullable();
    table
      .integer('revision')
      .comment('The active one; null when none was ever valid');
    table
      .boolean('present')
      .notNullable()
      .comment('Whether its document is still there');
    table.boolean('paused').notNullable();
    table.text('title').notNullable();
    table.text('owner').notNullable();
    table.text('location').notNullable();
    table.text('problems').notNullable();
    table.text('refused_yaml');
    table.bigInteger('updated_at').notNullable();
  });

  await knex.schema.createTable('sensor_revisions', table => {
    table.text('sensor').notNullable();
    table.integer('revision').notNullable();
    table.string('digest', 64).notNullable();
    table.text('yaml').notNullable();
    table.text('definition').notNullable();
    table.bigInteger('created_at').notNullable();
    table.primary(['sensor', 'revision']);
  });

  await knex.schema.createTable('active_set', table => {
    table.comment(
      'One row; counted up whenever the set of active revisions changes',
    );
    table.integer('id').primary();
    table.bigInteger('generation').notNullable();
  });
  await knex('active_set').insert({ id: 1, generation: 0 });

  await knex.schema.createTable('sensor_state', table => {
    table.comment(
      'What a sensor remembers, such as dedupe marks; locked in sorted order',
    );
    table.text('sensor').notNullable();
    table.text('kind').notNullable();
    table.text('key').notNullable();
    table.text('value').notNullable();
    table.primary(['sensor', 'kind', 'key']);
  });

  await knex.schema.createTable('timers', table => {
    table.comment(
      'Due once, after all that was accepted before is decided; deleted under its state row',
    );
    table.text('partition').notNullable();
    table.text('sensor').notNullable();
    table.text('kind').notNullable();
    table.text('key').notNullable();
    table.bigInteger('due_at').notNullable();
    table.primary(['sensor', 'kind', 'key']);
    table.index(['partition', 'due_at']);
  });

  await knex.schema.createTable('decisions', table => {
    table.comment('What a sensor said to an event that its index let through');
    seq(table);
    table.string('event_uid', 32).notNullable();
    table.text('sensor').notNullable();
    table.integer('revision').notNullable();
    table.integer('generation').notNullable().defaultTo(0);
    table.text('outcome').notNullable();
    table.text('reason').notNullable();
    table.string('run_id', 32);
    table.bigInteger('decided_at').notNullable();
    table.unique(['event_uid', 'sensor', 'generation']);
    table.index(['sensor', 'seq']);
  });

  await knex.schema.createTable('runs', table => {
    table.comment(
      'One firing of a sensor; pipeline/transitions.ts says how it moves',
    );
    seq(table);
    table.string('id', 32).notNullable().unique();
    table.string('event_uid', 32).notNullable();
    table.text('sensor').notNullable();
    table.integer('revision').notNullable();
    table.integer('generation').notNullable().defaultTo(0);
    table.text('title').notNullable();
    table.text('owner_ref').notNullable().comment('Owner of the sensor');
    table.text('entity_ref');
    table.text('entity_owner_ref');
    table.text('target');
    table.text('mode').notNullable();
    table
      .text('scope')
      .comment(
        'JSON: dependency, params, context; null when they could not be told',
      );
    table.string('lane', 32);
    table.boolean('blocks_lane').notNullable();
    table.text('state').notNullable();
    table.text('end');
    table.integer('step').notNullable().comment('Index of the present step');
    table
      .integer('attempt')
      .notNullable()
      .comment('Of the present step; counted by the retry policy alone');
    table
      .text('steps')
      .notNullable()
      .comment(
        'JSON: id, action, state, attempts, reason, output of each step',
      );
    table.text('reason');
    table.text('topic').comment('What wakes it while it waits');
    table.bigInteger('due_at').notNullable();
    table.text('claimed_by').comment('Until due_at, while it is worked on');
    table.bigInteger('version').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('started_at');
    table.bigInteger('held_at');
    table.bigInteger('ended_at');
    table.index(['state', 'seq']);
    table.index(['lane', 'seq']);
    table.index(['topic']);
    table.index(['event_uid']);
    table.index(['entity_ref', 'seq']);
    table.index(['sensor', 'seq']);
    table.index(['ended_at']);
  });
  await knex.raw(
    `create index runs_due on runs (due_at) where state in ('queued', 'waiting', 'running')`,
  );

  await knex.schema.createTable('bases', table => {
    table.comment(
      'A branch that changes go to: who seals for it and how wide the window is',
    );
    table.text('repository').notNullable();
    table.text('base').notNullable();
    table.bigInteger('version').notNullable();
    table.bigInteger('sealed_at').notNullable();
    table.bigInteger('gap_ms').notNullable();
    table.primary(['repository', 'base']);
  });

  await knex.schema.createTable('effects', table => {
    table.comment(
      'A step that changes Git, once for ever; a member of a change once that is sealed',
    );
    table.string('effect_id', 64).primary();
    table.bigInteger('run_seq').notNullable();
    table.string('run_id', 32).notNullable();
    table.text('step_id').notNullable();
    table.text('repository').notNullable();
    table.text('base').notNullable();
    table.text('change_key').notNullable();
    table.text('state').notNullable().comment('pending, member, left');
    table.string('change_id', 32);
    table.integer('revision');
    table.text('input').notNullable();
    table
      .text('outcome')
      .comment('Why it left, as an outcome of the step (JSON)');
    table
      .text('edits')
      .comment('File, path, before, after of each edit, for a revert');
    table
      .boolean('confirmed')
      .notNullable()
      .defaultTo(false)
      .comment('A person confirmed it although a newer value exists');
    table.bigInteger('flush_by').notNullable();
    table.bigInteger('created_at').notNullable();
    table.index(['repository', 'base', 'state', 'run_seq']);
    table.index(['change_key', 'run_seq']);
    table.index(['change_id']);
    table.index(['run_id']);
  });

  await knex.schema.createTable('changes', table => {
    table.comment(
      'One commit on one branch with one pull request; change/transitions.ts says how it moves',
    );
    seq(table);
    table.string('id', 32).notNullable().unique();
    table.text('host').notNullable();
    table.text('repository').notNullable();
    table.text('base').notNullable();
    table.text('branch').notNullable();
    table.text('change_key').comment('Null when it carries several');
    table.text('sensor').notNullable();
    table.text('owner_ref').notNullable();
    table.text('entity_ref');
    table.text('entity_owner_ref');
    table.text('target');
    table.text('mode').notNullable();
    table.text('title').notNullable();
    table.text('body').notNullable();
    table.text('labels').notNullable();
    table.integer('approvals_needed').notNullable();
    table.text('state').notNullable();
    table.text('end');
    table.text('reason');
    table.integer('revision').notNullable();
    table.string('head_commit', 64).comment('Our last commit on the branch');
    table.integer('pull_number');
    table.text('pull_url');
    table.string('merge_commit', 64);
    table
      .text('asked')
      .comment(
        'What a person asked for (JSON): merge, close or cancel, by whom',
      );
    table.integer('conflicts').notNullable().defaultTo(0);
    table.integer('attempt').notNullable().defaultTo(0);
    table.bigInteger('due_at').notNullable();
    table.text('claimed_by').comment('Until due_at, while it is worked on');
    table.bigInteger('version').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('merged_at');
    table.bigInteger('ended_at');
    table.index(['state', 'seq']);
    table.index(['repository', 'base', 'state']);
    table.index(['change_key']);
    table.index(['entity_ref', 'seq']);
  });

  await knex.raw(
    `create index changes_due on changes (due_at) where state in ('sealed', 'committed', 'proposed', 'waiting')`,
  );

  await knex.schema.createTable('change_revisions', table => {
    table.comment(
      'Sealed content of a change; written before the first object is',
    );
    table.string('change_id', 32).notNullable();
    table.integer('revision').notNullable();
    table.string('base_commit', 64).notNullable();
    table.string('expected_head', 64);
    table
      .binary('files')
      .notNullable()
      .comment('JSON, gzip: files with mode and content (base64)');
    table.text('diff').notNullable();
    table.string('diff_hash', 64).notNullable();
    table.text('verdicts').notNullable();
    table.boolean('merges_itself').notNullable();
    table.text('message').notNullable();
    table.bigInteger('sealed_at').notNullable();
    table.primary(['change_id', 'revision']);
  });

  await knex.schema.createTable('approvals', table => {
    table.comment(
      'Approval of one content (its diff hash), not of a change as such',
    );
    table.string('change_id', 32).notNullable();
    table.string('diff_hash', 64).notNullable();
    table.text('by').notNullable();
    table.text('comment');
    table.bigInteger('at').notNullable();
    table.primary(['change_id', 'diff_hash', 'by']);
  });

  await knex.schema.createTable('change_syncs', table => {
    table.comment(
      'How a merged change arrives at each application that follows its paths',
    );
    table.string('change_id', 32).notNullable();
    table.text('tracker').notNullable();
    table.text('application').notNullable();
    table.string('commit', 64).notNullable();
    table
      .text('state')
      .notNullable()
      .comment('waiting, syncing, healthy, failed');
    table.text('message');
    table.text('url');
    table.bigInteger('started_at').notNullable();
    table.bigInteger('deadline').notNullable();
    table.bigInteger('ended_at');
    table.primary(['change_id', 'tracker', 'application']);
    table.index(['state']);
  });

  await knex.schema.createTable('timeline', table => {
    table.comment(
      'Append-only; what the event, run and change rows do not say themselves',
    );
    seq(table);
    table.text('kind').notNullable();
    table.string('event_uid', 32);
    table.string('run_id', 32);
    table.string('change_id', 32);
    table.text('data').notNullable();
    table.bigInteger('at').notNullable();
    table.index(['event_uid']);
    table.index(['run_id']);
    table.index(['change_id']);
  });

  await knex.schema.createTable('chain', table => {
    table.comment(
      'Tamper-evident record of decisions: each row holds the digest of the one before in its stream',
    );
    table.text('stream').notNullable();
    table.bigInteger('number').notNullable();
    table.string('previous', 64).notNullable();
    table.string('digest', 64).notNullable();
    table
      .text('records')
      .notNullable()
      .comment('Who or what decided which, without payloads (JSON)');
    table.bigInteger('at').notNullable();
    table.primary(['stream', 'number']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  for (const table of [
    'chain',
    'timeline',
    'change_syncs',
    'approvals',
    'change_revisions',
    'changes',
    'effects',
    'bases',
    'runs',
    'decisions',
    'timers',
    'sensor_state',
    'active_set',
    'sensor_revisions',
    'sensors',
    'positions',
    'events',
    'event_identities',
  ]) {
    await knex.schema.dropTable(table);
  }
};
