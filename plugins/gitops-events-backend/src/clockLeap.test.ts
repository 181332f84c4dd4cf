import waitForExpect from 'wait-for-expect';
import { Replicas } from './__testUtils__/replicas';
import { testDatabases } from './store/testDatabases';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const databases = testDatabases();
const HOUR_MS = 3_600_000;
const rightTime = Date.now;

describe('a replica whose clock leaps', () => {
  let replicas: Replicas;
  beforeEach(async () => {
    replicas = await Replicas.on(databases);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await replicas.end();
  });

  it.each([
    ['ahead', HOUR_MS],
    ['back', -HOUR_MS],
  ])('%s goes on with its runs at once', async (_, leapMs) => {
    const { knex } = replicas.database;
    await replicas.sensor(
      '',
      "[{ id: first, action: 'test:note' }, { id: second, action: 'test:note' }]",
    );
    const { service, ran } = await replicas.start();
    jest.spyOn(Date, 'now').mockImplementation(() => rightTime() + leapMs);
    await service.bus.publish(replicas.events(1));
    await waitForExpect(async () =>
      expect(await knex('runs').pluck('end')).toEqual(['done']),
    );
    expect(ran).toHaveLength(2);
    const [run] = await knex('runs');
    const aMinute = 60_000;
    expect(Math.abs(Number(run.ended_at) - rightTime())).toBeLessThan(aMinute);
  });
});
