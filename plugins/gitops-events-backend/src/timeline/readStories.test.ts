import type { Knex } from 'knex';
import type { Change } from '../store/changeRow';
import { readRuns } from '../store/readRuns';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { readRunStories } from './readStories';
import { clear, seedEvent, seedRun } from './__testUtils__/seed';
import { seedChange } from './__testUtils__/seedChange';

jest.setTimeout(60_000);

const databases = testDatabases();
const approval = { code: 'change', message: 'Waits for an approval.' };
const stop = { code: 'stopped', message: 'Waits: Pia stopped all writing.' };

describe.each(databaseKinds)('a run that its change carries, on %s', kind => {
  let knex: Knex;
  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
  });
  beforeEach(() => clear(knex));

  /** Why it waits, where it saw that another reason held its change up. */
  const reasonOf = async (change: Partial<Change>, saw = approval) => {
    const eventUid = await seedEvent(knex, { id: 'one' });
    const run = await seedRun(knex, {
      name: 'Grow',
      eventUid,
      state: 'waiting',
      reason: saw,
    });
    await seedChange(knex, { name: 'Grow', members: [run], ...change });
    const stories = await readRunStories(knex, await readRuns(knex, [run]));
    return stories.get(run)?.run.reason;
  };

  it('waits for what its change waits for, once that is stopped', async () => {
    expect(await reasonOf({ stopId: 'a', reason: stop })).toEqual(stop);
  });

  it('waits for no stop that is lifted', async () => {
    expect(await reasonOf({}, stop)).toEqual({
      ...{ code: 'change', message: 'Its change is on its way.' },
    });
  });

  it('says what it saw, once its change has ended', async () => {
    const ended = { state: 'ended', end: 'merged' } as const;
    expect(await reasonOf(ended)).toEqual(approval);
  });
});
