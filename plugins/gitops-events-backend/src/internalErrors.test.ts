import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Action,
  ActionOutcome,
} from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import waitForExpect from 'wait-for-expect';
import { z } from 'zod';
import { makeDue } from './__testUtils__/makeDue';
import { startPlugin } from './__testUtils__/startPlugin';
import { databaseKinds, testDatabases } from './store/testDatabases';

jest.setTimeout(90_000);

/** What fails inside is told to people in a plain sentence; its text is for the log. */

const sensor = (
  name: string,
  step: string,
) => `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: ${name}, owner: 'group:default/platform' }
spec:
  mode: auto
  dependencies:
    - { name: it, ingress: registry, type: io.example.${name} }
  steps:
    - ${step}
`;
const edit = `{ kind: yaml, file: apps/shop.yaml, set: { tag: '\${{ event.id }}' } }`;
const sensors = {
  'breaks.yaml': sensor(
    'breaks',
    `{ id: break, action: test:break, retry: { attempts: 1 }, input: { how: '\${{ event.subject }}' } }`,
  ),
  'writes.yaml': sensor(
    'writes',
    `{ id: write, action: git:change, input: { repo: 'local:deployments', edits: [${edit}] } }`,
  ),
};

/** A rule that no check of ours knows, so that only the database can refuse. */
const refuses = (knex: Knex, table: string, when: string) =>
  knex.raw(
    knex.client.config.client === 'pg'
      ? `alter table ${table} add constraint inner_rule check (not (${when})) not valid`
      : `create trigger inner_rule before insert on ${table} when ${when.replaceAll(/(?=subject)/g, 'new.')}
           begin select raise(abort, 'inner_rule'); end`,
  );

const databases = testDatabases();

describe.each(databaseKinds)('what fails inside, on %s', kind => {
  let knex: Knex;
  let plugin: Awaited<ReturnType<typeof startPlugin>>;
  const breaks: Record<string, () => Promise<unknown>> = {
    database: () => knex('inner_table').where({ token: 'hidden' }),
    // As when the server ends a connection: no code, no class of its own.
    connection: () =>
      knex.transaction(async tx => {
        const query = tx.raw('select 1 as inner_table, pg_sleep(5)');
        void query.catch(() => {});
        const { processID } = await (tx as any).client.acquireConnection();
        await sleep(200);
        await knex.raw('select pg_terminate_backend(?)', [processID]);
        await query;
      }),
    refusal: async () => ({
      outcome: 'failed',
      reason: { code: 'no', message: 'No project SHOP for Bearer abcdefghij' },
    }),
    system: () => readFile('/inner/folder/token'),
    bug: async () => (undefined as any).inner_field,
    service: async () => {
      throw new Error(
        'The ticket system has no project SHOP; send Bearer abcdefghij',
      );
    },
  };
  const action: Action<{ how: string }> = {
    id: 'test:break',
    description: 'Fails as it is told.',
    input: z.object({ how: z.string() }),
    safety: 'look',
    async run(_, { how }) {
      return (await breaks[how]()) as ActionOutcome;
    },
  };

  beforeEach(async () => {
    knex = await databases.empty(kind);
    plugin = await startPlugin({
      ...{ knex, sensors },
      files: { 'apps/shop.yaml': 'tag: none\n' },
      actions: [action],
    });
  });
  afterEach(() => plugin.stop());

  const send = (type: string, subject: string) =>
    plugin.send(
      'application/cloudevents-batch+json',
      JSON.stringify([
        {
          specversion: '1.0',
          id: subject,
          source: '/registry',
          type: `io.example.${type}`,
          subject,
        },
      ]),
    );
  /** All that the portal shows of an event, once that says what is wanted. */
  const shown = async (type: string, subject: string, wanted: RegExp) => {
    const { body } = await send(type, subject).expect(202);
    const [{ uid }] = body.events;
    let text = '';
    await waitForExpect(async () => {
      await makeDue(knex);
      text = JSON.stringify([
        await plugin.get(`events/${uid}`),
        await plugin.get(`timeline?event=${uid}`),
      ]);
      expect(text).toMatch(wanted);
    }, 20_000);
    return text;
  };
  const inside = /Something failed inside the portal/;
  const innerText = /inner_|\/inner\/|select |insert |undefined|abcdefghij/i;

  it('is not told of a partition that stands still', async () => {
    await refuses(knex, 'runs', '1 = 1');
    await send('breaks', 'service').expect(202);
    await waitForExpect(async () => {
      const { bus } = await plugin.get('overview', 'owner');
      expect(bus.standstills).toEqual([
        {
          partition: expect.stringContaining('registry'),
          message: expect.stringMatching(inside),
          since: expect.any(String),
        },
      ]);
      expect(JSON.stringify(bus.standstills)).not.toMatch(innerText);
    }, 20_000);
  });

  it('is not told to the sender of an event that the database refuses', async () => {
    await refuses(knex, 'events', `subject = 'bad'`);
    const { body } = await send('breaks', 'bad').expect(400);
    expect(body.detail).toMatch('the database cannot hold one of its values');
    expect(JSON.stringify(body)).not.toMatch(innerText);
  });

  it.each(['database', 'system', 'bug'])(
    'is not told of a step (%s)',
    async how => {
      const text = await shown('breaks', how, inside);
      expect(text).toContain('test:break could not finish');
      expect(text).not.toMatch(innerText);
    },
  );

  // The other one has no server that could end a connection.
  if (kind === 'postgres') {
    it('is not told of a step whose connection ends', async () => {
      const text = await shown('breaks', 'connection', inside);
      expect(text).not.toMatch(innerText);
    });
  }

  it('is not told of a change', async () => {
    await knex.raw('alter table approvals rename to inner_approvals');
    const text = await shown('writes', 'first', inside);
    expect(text).not.toMatch(innerText);
    expect(text).not.toContain('approvals');
  });

  it.each(['service', 'refusal'])(
    'leaves what a %s says to those who can mend it, without its secrets',
    async how => {
      const text = await shown('breaks', how, /no project SHOP/i);
      expect(text).not.toMatch(innerText);
    },
  );
});
