import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { publishGroup } from './publish';

const databases = testDatabases();

/** A rule that no check of ours knows, so that only the database can refuse. */
const unforeseen = {
  sqlite: `create trigger refuse before insert on events when new.subject = 'bad'
    begin select raise(abort, 'unforeseen'); end`,
  postgres: `alter table events add constraint refuse check (subject <> 'bad')`,
};

describe.each(databaseKinds)('publishing a group on %s', kind => {
  const place = (events: ReturnType<typeof incomingEvent>[]) =>
    events.map(event => ({ event, partition: 'registry/0' }));

  it('lets an event that the database refuses fail alone', async () => {
    const { knex } = await databases.open(kind);
    await knex.raw(unforeseen[kind]);
    const [one, bad, two] = [
      incomingEvent(),
      incomingEvent({ subject: 'bad' }),
      incomingEvent(),
    ];
    const outcomes = await publishGroup(knex, place([one, bad, one, two]));
    expect(outcomes.map(({ result }) => result)).toEqual([
      'accepted',
      'refused',
      'duplicate',
      'accepted',
    ]);
    const uids = async (table: string, order: string) =>
      (await knex(table).orderBy(order)).map(({ uid }) => uid);
    expect(await uids('events', 'seq')).toEqual([one.uid, two.uid]);
    expect((await uids('event_identities', 'uid')).sort()).toEqual(
      [one.uid, two.uid].sort(),
    );
  });

  it('lets one of the same identity in, when the first of them is bad', async () => {
    const { knex } = await databases.open(kind);
    const bad = incomingEvent({ subject: 'nul \0' });
    const good = { ...bad, subject: 'good' };
    const outcomes = await publishGroup(knex, place([bad, good, good]));
    expect(outcomes.map(({ result }) => result)).toEqual([
      'refused',
      'accepted',
      'duplicate',
    ]);
  });

  it('says nothing about any event when the database is gone', async () => {
    const { knex } = await databases.open(kind);
    await knex.schema.dropTable('events');
    // Not toThrow: an error of the native driver need not be an Error of this test's realm.
    await expect(
      publishGroup(knex, place([incomingEvent()])),
    ).rejects.toMatchObject({ message: expect.stringContaining('events') });
    expect(await knex('event_identities')).toEqual([]);
  });

  it('stamps accepted times that never go back', async () => {
    const { knex } = await databases.open(kind);
    for (let n = 0; n < 3; n++) {
      await publishGroup(knex, place([incomingEvent()]));
    }
    const times = (await knex('events').orderBy('seq')).map(row =>
      Number(row.accepted_at),
    );
    expect(times).toEqual([...times].sort());
  });
});

it('on sqlite stamps no earlier than before, when the clock of the machine went back', async () => {
  const { knex } = await databases.open('sqlite');
  const later = Date.now() + 3_600_000;
  await knex('event_identities').insert({ uid: 'u', accepted_at: later });
  await publishGroup(knex, [
    { event: incomingEvent(), partition: 'registry/0' },
  ]);
  expect(await knex('events').first('accepted_at')).toEqual({
    accepted_at: later,
  });
});
