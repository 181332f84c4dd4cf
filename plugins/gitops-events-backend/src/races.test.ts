import type { Verdict } from '@gitops-events/plugin-gitops-events-common';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { fire, storeSensor } from './__testUtils__/fire';
import { makeDue } from './__testUtils__/makeDue';
import { startTestEngine, type TestEngine } from './__testUtils__/testEngine';
import { git, pushByHand } from './git/__testUtils__/gitCommand';
import type { Database } from './store/database';
import { databaseKinds, testDatabases } from './store/testDatabases';

jest.setTimeout(60_000);

const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'promote', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          repo: 'local:deployments',
          key: '${{ event.data.app }}',
          merge: { approvals: 0 },
          edits: [
            {
              kind: 'yaml',
              file: 'apps/${{ event.data.app }}.yaml',
              set: { tag: '${{ event.data.tag }}' },
            },
          ],
        },
      },
    ],
  },
};
const pia = 'user:default/pia';
const file = 'apps/shop.yaml';
const start = 'tag: "0"\n';

/** A check that says what it is told, and can be stopped while it judges. */
function gate() {
  const told = {
    verdict: 'pass' as Verdict['verdict'],
    judging: async () => {},
    check: {
      name: 'gate',
      check: async () => {
        await told.judging();
        return { check: 'gate', verdict: told.verdict, reasons: [] };
      },
    },
  };
  return told;
}

/** What people do at the very moment when the engine is in the middle of something. */
describe.each(databaseKinds)('people and the engine at once on %s', kind => {
  const databases = testDatabases();
  let database: Database;
  let test: TestEngine;
  let judge: ReturnType<typeof gate>;

  beforeEach(async () => {
    database = await databases.open(kind);
    await storeSensor(database.knex, sensor);
    judge = gate();
    test = await startTestEngine(database, {
      seed: { [file]: start, 'apps/cart.yaml': start },
      checks: [judge.check],
    });
  });
  afterEach(() => test.stop());

  const ask = async (id: string, tag: string, more: object = {}) => {
    const run = await fire(database.knex, {
      id,
      sensor,
      data: { app: 'shop', tag },
      ...more,
    });
    test.nudges.send('runs');
    return run;
  };
  const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error('It did not happen');
      await new Promise(done => setTimeout(done, 20));
    }
  };
  const changeThat = (fits: Record<string, unknown>) =>
    until(() => database.knex('changes').where(fits).first());
  const lookAgain = async () => {
    await makeDue(database.knex);
    test.nudges.send('changes');
    await until(async () => {
      const { due_at: due, claimed_by: by } = await database
        .knex('changes')
        .first();
      return Number(due) > 0 && by === null ? true : undefined;
    });
  };
  const show = () => git(test.bare, 'show', `main:${file}`);
  const diffHash = async (revision: number) =>
    (await database.knex('change_revisions').where({ revision }).first())
      .diff_hash;
  const decisionOn = (change: { id: string; version: unknown }) => ({
    id: change.id,
    version: Number(change.version),
    by: pia,
  });

  it('writes nothing of a run that was cancelled while it was sealed', async () => {
    let cancelled: Promise<void> | undefined;
    judge.judging = async () => {
      const run = await database.knex('runs').first();
      cancelled ??= test.engine.decisions.cancelRun(decisionOn(run));
      await cancelled;
    };
    const id = await ask('1', '1');
    await test.reaches(id, 'cancelled');
    await cancelled;
    judge.judging = async () => {};
    await test.reaches(await ask('2', '2'), 'applied');
    expect(await show()).toBe('tag: "2"');
    expect(await database.knex('change_revisions')).toHaveLength(1);
    expect(
      await database.knex('effects').where({ run_id: id }).pluck('state'),
    ).toEqual(['left']);
  });

  it('merges a content that was asked for, and no other that took its place', async () => {
    judge.verdict = 'pass';
    const id = await ask('1', '1', { environment: 'production' });
    const change = await changeThat({ state: 'waiting' });
    await pushByHand(test.bare, 'main', [
      {
        path: file,
        mode: '100644',
        content: Buffer.from('# by hand\ntag: "5"\n'),
      },
    ]);
    await test.engine.decisions.mergeChange(decisionOn(change));
    const again = await changeThat({ state: 'waiting', revision: 2 });
    expect(again.asked).toBeNull();
    expect(await show()).toBe('# by hand\ntag: "5"');
    await test.engine.decisions.mergeChange(decisionOn(again));
    await test.reaches(id, 'applied');
    expect(await show()).toBe('# by hand\ntag: "1"');
  });

  it('keeps a run in its change when a person decided while that was rendered again', async () => {
    const id = await ask('1', '1', { environment: 'production' });
    const change = await changeThat({ state: 'waiting' });
    await pushByHand(test.bare, 'main', [
      {
        path: file,
        mode: '100644',
        content: Buffer.from('# by hand\ntag: "5"\n'),
      },
    ]);
    let approved: Promise<void> | undefined;
    judge.judging = async () => {
      judge.verdict = 'deny';
      const present = await database.knex('changes').first();
      approved ??= test.engine.decisions.approveChange({
        ...decisionOn(present),
        diffHash: await diffHash(1),
      });
      await approved;
      judge.judging = async () => {
        judge.verdict = 'pass';
      };
    };
    await test.engine.decisions.mergeChange(decisionOn(change));
    const again = await changeThat({ state: 'waiting', revision: 2 });
    await test.engine.decisions.mergeChange(decisionOn(again));
    await test.reaches(id, 'applied');
    expect(await database.knex('timeline').where({ kind: 'held' })).toEqual([]);
  });

  it('lets a person decide on what they saw although it was looked at again meanwhile', async () => {
    const id = await ask('1', '1', { environment: 'production' });
    const seen = await changeThat({ state: 'waiting' });
    await lookAgain();
    await lookAgain();
    await test.engine.decisions.mergeChange(decisionOn(seen));
    expect((await test.reaches(id, 'applied')).end).toBe('applied');
  });

  it('asks for an approval once a check that could not judge wants one', async () => {
    judge.verdict = 'cannot';
    await ask('1', '1');
    await changeThat({ state: 'waiting' });
    judge.verdict = 'review';
    await lookAgain();
    const change = await until(async () => {
      const { verdicts } = await database.knex('change_revisions').first();
      return verdicts.includes('review')
        ? database.knex('changes').where({ state: 'waiting' }).first()
        : undefined;
    });
    expect(change.approvals_needed).toBe(1);
  });

  it('closes the pull request when nothing is left to change, and ends already so', async () => {
    const first = await ask('1', '1', { environment: 'production' });
    await changeThat({ state: 'waiting' });
    const second = await ask('2', '0', { environment: 'production' });
    await test.reaches(first, 'superseded');
    await test.reaches(second, 'alreadySo');
    expect(await changeThat({ state: 'ended' })).toMatchObject({
      end: 'alreadySo',
    });
    const { branch } = await database.knex('changes').first();
    expect(await test.host.get('local:deployments', branch)).toMatchObject({
      state: 'closed',
    });
  });

  it('does not seal what a reviewer discarded', async () => {
    judge.judging = () => new Promise(done => setTimeout(done, 100));
    const id = await ask('1', '1');
    const held = await until(async () => {
      const effect = await database.knex('effects').first();
      if (!effect) return undefined;
      await database.knex('runs').update({ state: 'held' });
      return database.knex('runs').first();
    });
    await test.engine.decisions.discardRun(decisionOn(held));
    judge.judging = async () => {};
    await test.reaches(await ask('2', '2'), 'applied');
    expect((await test.reaches(id, 'discarded')).end).toBe('discarded');
    expect(await database.knex('change_revisions')).toHaveLength(1);
  });

  it('ends a run as cancelled when its requester had the pull request closed', async () => {
    const id = await ask('1', '1', { environment: 'production' });
    await changeThat({ state: 'waiting' });
    const run = await test.reaches(id, 'waiting');
    await test.engine.decisions.cancelRun(decisionOn(run));
    expect((await test.reaches(id, 'cancelled', 'discarded')).end).toBe(
      'cancelled',
    );
  });
});
