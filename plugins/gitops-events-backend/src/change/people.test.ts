import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import waitForExpect from 'wait-for-expect';
import { fire, storeSensor } from '../__testUtils__/fire';
import { makeDue } from '../__testUtils__/makeDue';
import { startTestEngine, type TestEngine } from '../__testUtils__/testEngine';
import { git } from '../git/__testUtils__/gitCommand';
import type { Change } from '../store/changeRow';
import type { Database } from '../store/database';
import { readChange } from '../store/readChange';
import { databaseKinds, testDatabases } from '../store/testDatabases';

/* What people do, or do not, with a pull request: one outcome each, told on the timeline. */
jest.setTimeout(30_000);

const day = 86_400_000;
const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'resize', owner: 'group:default/platform' },
  spec: {
    mode: 'propose',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    target: { environment: 'staging' },
    steps: [
      {
        id: 'write',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          edits: [
            { kind: 'yaml', file: 'apps/shop.yaml', set: { tag: '2.0.0' } },
          ],
        },
      },
    ],
  },
};

const databases = testDatabases();

describe.each(databaseKinds)('people and pull requests, on %s', kind => {
  let database: Database;
  let test: TestEngine;
  let runId: string;
  let change: Change;

  beforeEach(async () => {
    database = await databases.open(kind);
    test = await startTestEngine(database, {
      seed: {
        'apps/shop.yaml': 'tag: "1.0.0"\n',
        CODEOWNERS: '* @acme/all\napps/ @acme/apps\n',
      },
    });
    await storeSensor(database.knex, sensor);
    runId = await fire(database.knex, {
      ...{ id: 'one', sensor, environment: 'staging', mode: 'propose' },
    });
    test.nudges.send('runs');
    change = await changeThat(({ state }) => state === 'waiting');
  });
  afterEach(() => test.stop());

  it('nobody decides: reminded once, then closed with a comment', async () => {
    await sealedAgo(8 * day);
    const reminded = await changeThat(it => it.remindedAt !== undefined);
    expect(reminded.state).toBe('waiting');
    await lookAgain();
    expect(await timeline('comment')).toEqual([
      expect.objectContaining({
        text: expect.stringMatching(
          /^Nobody has decided about this for 8 days\. .* closed when it has waited for 14 days\.$/,
        ),
      }),
    ]);

    await sealedAgo(15 * day);
    const { reason } = await test.reaches(runId, 'discarded');
    expect(reason?.message).toBe(
      'Nobody decided about it for 15 days. Ask again where it came from if it is still wanted.',
    );
    const { state, comments } = await pullRecord();
    expect(state).toBe('closed');
    expect(Object.values(comments)).toEqual([
      expect.stringContaining('for 8 days'),
      expect.stringContaining('for 15 days'),
    ]);
    expect(await git(test.bare, 'branch', '--list', change.branch)).toBe('');
  });

  it('the owners of the touched paths are asked for a review', async () => {
    expect(change.reviewers).toEqual(['@acme/apps']);
    expect((await pullRecord()).reviewers).toEqual(['@acme/apps']);
  });

  it('they delete the branch: discarded by them', async () => {
    await git(test.bare, 'branch', '-D', change.branch);
    await due();
    const { reason } = await test.reaches(runId, 'discarded');
    expect(reason?.message).toMatch(/^somebody .* closed pull request #1/);
    expect(await timeline('changeEnded')).toMatchObject([{ end: 'discarded' }]);
  });

  it('they set the branch to something else: it is theirs, and held', async () => {
    const theirs = await git(
      ...([test.bare, 'commit-tree', 'main^{tree}', '-m', 'By hand'] as const),
    );
    await git(test.bare, 'branch', '-f', change.branch, theirs);
    await due();
    const { reason } = await test.reaches(runId, 'held');
    expect(reason?.code).toBe('takenOver');
    expect(await git(test.bare, 'rev-parse', change.branch)).toBe(theirs);
  });

  it('they take it over and end it: released, it is proposed anew on its own', async () => {
    const theirs = await git(
      ...([test.bare, 'commit-tree', 'main^{tree}', '-m', 'By hand'] as const),
    );
    await git(test.bare, 'branch', '-f', change.branch, theirs);
    await due();
    const { version } = await test.reaches(runId, 'held');
    await git(test.bare, 'branch', '-D', change.branch);
    await test.engine.decisions.releaseRun({
      ...{ id: runId, version, by: 'user:default/pia' },
      confirmOlder: false,
    });
    await waitForExpect(async () => {
      expect(await database.knex('changes').orderBy('seq')).toMatchObject([
        { id: change.id, state: 'ended', end: 'discarded' },
        { state: 'waiting', revision: 1, pull_number: 2 },
      ]);
    }, 20_000);
    expect((await test.reaches(runId, 'waiting')).end).toBeUndefined();
  });

  it('they delete base: held, and says what to do', async () => {
    await git(test.bare, 'branch', 'spare', 'main');
    await git(test.bare, 'symbolic-ref', 'HEAD', 'refs/heads/spare');
    await git(test.bare, 'branch', '-D', 'main');
    await due();
    const { reason } = await test.reaches(runId, 'held');
    expect(reason?.message).toContain('push it again, or close pull request 1');
  });

  async function due() {
    await makeDue(database.knex);
    test.nudges.send('changes');
  }

  async function lookAgain() {
    await due();
    while ((await find())!.dueAt < Date.now()) await pause();
  }

  async function sealedAgo(ms: number) {
    const sealed = { sealed_at: Date.now() - ms };
    await database.knex('change_revisions').update(sealed);
    await due();
  }

  async function find() {
    const row = await database.knex('changes').first('id');
    return row && readChange(database.knex, row.id);
  }

  async function changeThat(is: (change: Change) => boolean): Promise<Change> {
    for (;;) {
      const found = await find();
      if (found && is(found)) return found;
      await pause();
    }
  }

  async function timeline(what: string): Promise<unknown[]> {
    const rows = await database.knex('timeline').where({ kind: what });
    return rows.map(({ data }) => JSON.parse(data));
  }

  async function pullRecord() {
    const file = path.join(test.bare, 'gitops-events/pulls/1.json');
    return JSON.parse(await readFile(file, 'utf8'));
  }
});

function pause() {
  return new Promise(done => setTimeout(done, 20));
}
