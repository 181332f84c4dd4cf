import { effectOf } from '../store/effectRow';
import { readChange } from '../store/readChange';
import { testDatabases } from '../store/testDatabases';
import { seedEvent, seedRun, start } from '../timeline/__testUtils__/seed';
import { seedChange } from '../timeline/__testUtils__/seedChange';
import { lookAgainMs, ofChange, pathsReader } from './followChange';

jest.setTimeout(60_000);

const databases = testDatabases();

describe('lookAgainMs', () => {
  const minute = 60_000;

  it.each([
    [0, minute],
    [90_000, minute],
    [10 * minute, 5 * minute],
    [5 * 60 * minute, 10 * minute],
    [-minute, minute],
  ])('after %d ms is %d ms', (waitedMs, again) => {
    expect(lookAgainMs(waitedMs)).toBe(again);
  });

  it('looks at what has waited for hours six times an hour, however deep the backlog', () => {
    let waitedMs = 0;
    let looks = 0;
    while (waitedMs < 24 * 60 * minute) {
      waitedMs += lookAgainMs(waitedMs);
      looks++;
    }
    expect(looks).toBeLessThan(170);
  });
});

it('goes on with a change that a person merged while it was stopped', async () => {
  const { knex } = await databases.open('sqlite');
  const eventUid = await seedEvent(knex, { id: 'one' });
  const run = await seedRun(knex, { name: 'Grow', eventUid });
  await seedChange(knex, {
    name: 'Grow',
    members: [run],
    stopId: 'a',
    state: 'ended',
    end: 'merged',
    endedAt: start,
  });
  const said = await ofChange(
    effectOf(await knex('effects').first()),
    id => readChange(knex, id),
    pathsReader(knex),
  );
  expect(said).toMatchObject({ outcome: 'done', output: { base: 'main' } });
});
