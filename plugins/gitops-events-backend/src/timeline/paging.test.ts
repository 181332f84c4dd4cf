import fc from 'fast-check';
import type { Knex } from 'knex';
import { everything, ownedBy } from '../permissions/__testUtils__/accesses';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { readCursor, readSeqPage, writeCursor } from './page';
import { readChanges } from './readChanges';
import { readDecisions } from './readDecisions';
import { readEvents } from './readEvents';
import { readHeld } from './readHeld';
import { readSensors } from './readSensors';
import {
  clear,
  idOf,
  seedDecision,
  seedEvent,
  seedRun,
  seedSensor,
  start,
} from './__testUtils__/seed';
import { seedChange } from './__testUtils__/seedChange';

jest.setTimeout(60_000);

interface AnyPage {
  items: unknown[];
  nextCursor?: string;
}

const databases = testDatabases();
const count = 11;

/** All pages; `between` runs after each. */
async function readAll(
  readPage: (cursor: string | undefined, limit: number) => Promise<AnyPage>,
  keyOf: (item: any) => string,
  between: (page: number) => Promise<unknown>,
): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page === 0 || cursor; page += 1) {
    const { items, nextCursor } = await readPage(cursor, 3);
    keys.push(...items.map(keyOf));
    cursor = nextCursor;
    await between(page);
  }
  return keys;
}

describe.each(databaseKinds)('pages on %s', kind => {
  let knex: Knex;
  const bus = {
    kind: 'embedded',
    durability: 'disk' as const,
    status: async () => [],
  };
  const numbers = Array.from({ length: count }, (_, index) => index);

  beforeAll(async () => {
    ({ knex } = await databases.open(kind));
  });

  beforeEach(async () => {
    await clear(knex);
  });

  it('of events neither repeat nor skip while events come in', async () => {
    for (const n of numbers) await seedEvent(knex, { id: `${n}` });

    const uids = await readAll(
      (cursor, limit) =>
        readEvents({ knex, bus }, { cursor, limit }, everything),
      ({ uid }) => uid,
      page => seedEvent(knex, { id: `new ${page}` }),
    );

    expect(uids).toEqual(numbers.map(n => idOf(`event ${n}`)).reverse());
  });

  it('of changes neither repeat nor skip while changes come in', async () => {
    for (const n of numbers) await seedChange(knex, { name: `${n}` });

    const ids = await readAll(
      (cursor, limit) => readChanges(knex, { cursor, limit }, everything),
      ({ id }) => id,
      page => seedChange(knex, { name: `new ${page}` }),
    );

    expect(ids).toEqual(numbers.map(n => idOf(`change ${n}`)).reverse());
  });

  it('of what is held neither repeat nor skip while runs are released and held', async () => {
    const eventUid = await seedEvent(knex, { id: 'one' });
    for (const n of numbers) {
      // Several in one millisecond.
      const heldAt = start + Math.floor(n / 4);
      await seedRun(knex, { name: `${n}`, eventUid, state: 'held', heldAt });
    }

    const ids = await readAll(
      (cursor, limit) => readHeld(knex, { cursor, limit }, everything),
      ({ id }) => id,
      page =>
        knex('runs')
          .where({ id: idOf(`run ${page}`) })
          .update({ state: 'queued' }),
    );

    expect(ids).toEqual(numbers.map(n => idOf(`run ${n}`)));
  });

  it('of decisions merge what was said and what fired, in order of time', async () => {
    const expected: string[] = [];
    for (const n of numbers) {
      const eventUid = await seedEvent(knex, { id: `${n}` });
      const at = start + n;
      expected.unshift(eventUid);
      if (n % 3 === 0) {
        await seedRun(knex, { name: `${n}`, eventUid, createdAt: at });
      } else {
        await seedDecision(knex, {
          eventUid,
          sensor: 'promote-image',
          outcome: n % 3 === 1 ? 'notMatched' : 'suppressed',
          at,
        });
      }
    }

    const all = await readAll(
      (cursor, limit) =>
        readDecisions(knex, 'promote-image', { cursor, limit }),
      ({ eventUid }) => eventUid,
      async page => {
        const eventUid = await seedEvent(knex, { id: `new ${page}` });
        await seedRun(knex, {
          name: `new ${page}`,
          eventUid,
          createdAt: start + 100,
        });
      },
    );
    const fired = await readDecisions(knex, 'promote-image', {
      limit: 50,
      outcome: 'notMatched',
    });

    expect(all).toEqual(expected);
    expect(fired.items.map(({ eventUid }) => eventUid)).toEqual(
      numbers
        .filter(n => n % 3 === 1)
        .map(n => idOf(`event ${n}`))
        .reverse(),
    );
  });

  it('of sensors go by name', async () => {
    for (const n of numbers) await seedSensor(knex, { name: `s${n}` });

    const names = await readAll(
      (cursor, limit) => readSensors(knex, { cursor, limit }, everything),
      ({ name }) => name,
      async () => {},
    );

    expect(names).toEqual(numbers.map(n => `s${n}`).sort());
  });

  it('hold only what one may see, and still come to an end', async () => {
    for (const n of numbers) {
      await seedEvent(knex, {
        id: `${n}`,
        ownerRef: n % 5 === 0 ? 'group:default/shop' : undefined,
      });
    }

    const uids = await readAll(
      (cursor, limit) =>
        readEvents(
          { knex, bus },
          { cursor, limit },
          ownedBy('group:default/shop'),
        ),
      ({ uid }) => uid,
      async () => {},
    );

    expect(uids).toEqual([10, 5, 0].map(n => idOf(`event ${n}`)));
  });

  it('look at a bounded number of rows and go on from there', async () => {
    const rows = Array.from({ length: 45_000 }, (_, n) => n);
    await knex.schema.createTable('many', table => {
      table.integer('seq').primary();
    });
    await knex.batchInsert(
      'many',
      rows.map(seq => ({ seq })),
      400,
    );
    const read = (cursor?: string) =>
      readSeqPage({
        column: 'many.seq',
        cursor,
        limit: 10,
        rows: () => knex('many'),
        filter: query => query.where('many.seq', '<', 3),
      });

    const first = await read();
    const second = await read(first.nextCursor);
    const third = await read(second.nextCursor);

    expect([first.items, second.items]).toEqual([[], []]);
    expect(third).toEqual({ items: [2, 1, 0] });
  });
});

/** Two whole numbers, or an error that the caller can mend. */
function outcomeOf(read: () => number[] | undefined): string {
  try {
    const positions = read() ?? [];
    const whole =
      positions.length === 2 && positions.every(Number.isSafeInteger);
    return whole ? 'fine' : `read ${positions}`;
  } catch (error) {
    return (error as Error).name === 'InputError' ? 'fine' : String(error);
  }
}

describe('a cursor', () => {
  it('comes back as the positions it was made of', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat(), { minLength: 1 }), positions => {
        expect(readCursor(writeCursor(...positions), positions.length)).toEqual(
          positions,
        );
      }),
    );
  });

  it('is refused when somebody else made it', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(outcomeOf(() => readCursor(text, 2))).toBe('fine');
      }),
    );
  });
});
