import { mockServices } from '@backstage/backend-test-utils';
import {
  secretInput,
  type Action,
} from '@gitops-events/plugin-gitops-events-node';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { z } from 'zod';
import { fire, storeSensor } from '../__testUtils__/fire';
import {
  startTestEngine,
  testConfig,
  type TestEngine,
} from '../__testUtils__/testEngine';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { everythingKept } from './__testUtils__/everythingKept';
import { configuredSecrets } from './secrets';
import { silentLogger } from '../__testUtils__/testLogger';

jest.setTimeout(60_000);

const token = 'tök"en+/ line one\nline two of it';

/** Each shifts base64 by another number of bits. */
const prefixes = ['', 'm:', 'user'];

/** What an action can do wrong with a secret. */
const leaks: Record<string, (secret: string) => unknown> = {
  done: secret => ({
    outcome: 'done',
    output: { [secret]: [{ deep: `x${secret}` }], text: secret },
    detail: secret,
  }),
  failed: secret => ({
    outcome: 'failed',
    reason: {
      code: secret,
      message: `No: ${JSON.stringify({ secret })}`,
      detail: { url: `https://x/?t=${encodeURIComponent(secret)}` },
    },
  }),
  held: secret => ({
    outcome: 'held',
    reason: {
      code: 'x',
      message: prefixes
        .map(name => Buffer.from(`${name}${secret}`).toString('base64'))
        .join(' '),
    },
  }),
  waiting: secret => ({
    outcome: 'waiting',
    reason: { code: 'x', message: secret.split('\n')[1] },
    topic: Buffer.from(secret).toString('hex'),
    atMostMs: 60_000,
  }),
  retry: secret => ({
    outcome: 'retry',
    reason: { code: 'x', message: Buffer.from(secret).toString('base64url') },
    afterMs: 60_000,
  }),
};

/** Pieces of the secret, in each form in which somebody could have written it. */
const pieces = [
  'line one',
  'line two',
  encodeURIComponent(token).slice(0, 12),
  ...prefixes.map(before =>
    Buffer.from(before + token)
      .toString('base64')
      .slice(8, 24),
  ),
  Buffer.from(token).toString('base64url').slice(0, 16),
  Buffer.from(token).toString('hex').slice(0, 16),
];

function sensorWith(
  input: Record<string, unknown>,
  onFailure?: SensorInput['spec']['onFailure'],
): SensorInput {
  return {
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name: 'call', owner: 'group:default/platform' },
    spec: {
      dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
      steps: [{ id: 'call', action: 'call', input }],
      ...(onFailure && { onFailure }),
    },
  };
}

const databases = testDatabases();

describe.each(databaseKinds)('secrets on %s', kind => {
  let database: Database;
  let test: TestEngine;
  const logger = silentLogger();
  const values = new Map<string, string>();
  const given: unknown[] = [];
  let behaviour: (secret: string) => unknown = leaks.done;

  const call: Action<any> = {
    id: 'call',
    description: 'Says all that it knows.',
    input: z.object({
      url: z.string().optional(),
      headers: z.record(z.string(), secretInput).optional(),
      key: secretInput.optional(),
      say: z.string().optional(),
    }),
    safety: 'look',
    run: async (_, input) => {
      given.push(input);
      return behaviour(values.get('token')!) as never;
    },
  };
  const [granted] = testConfig.boundaries;

  beforeEach(async () => {
    values.clear();
    values.set('token', token);
    given.length = 0;
    behaviour = leaks.done;
    jest.clearAllMocks();
    database = await databases.open(kind);
    test = await startTestEngine(database, {
      actions: [call],
      boundaries: [{ ...granted, secrets: ['token', 'other'] }],
      secrets: {
        names: ['token', 'other', 'short'],
        value: name => values.get(name),
      },
      logger,
    });
  });
  afterEach(() => test.stop());

  let count = 0;
  const start = async (sensor: SensorInput, data?: object) => {
    count += 1;
    const id = await fire(database.knex, { id: `e${count}`, sensor, data });
    test.nudges.send('runs');
    return id;
  };
  /** Its action was called, and what came of it is written. */
  const attempted = async (id: string) => {
    for (;;) {
      const { steps, state } = await database
        .knex('runs')
        .where({ id })
        .first();
      const [step] = JSON.parse(steps);
      if (state !== 'running' && (step.attempts > 0 || state !== 'queued')) {
        return;
      }
      await new Promise(done => setTimeout(done, 5));
    }
  };
  /** Every row of every table, and every line of the log. */
  const kept = async () => {
    const logged = JSON.stringify(jest.mocked(logger.warn).mock.calls);
    return `${await everythingKept(database.knex)}\n${logged}`;
  };

  const input = {
    headers: { authorization: 'Bearer ${{ secrets.token }}' },
    key: '${{secrets.token}}',
    say: '${{ event.data.say }}',
  };

  it.each(Object.keys(leaks))(
    'are given to the action, and kept nowhere when it ends %s',
    async end => {
      behaviour = leaks[end];
      await storeSensor(database.knex, sensorWith(input));
      const run = await start(sensorWith(input), { say: 'hello' });
      await attempted(run);
      expect(given[0]).toEqual({
        headers: { authorization: `Bearer ${token}` },
        key: token,
        say: 'hello',
      });
      const found = await kept();
      expect(pieces.filter(piece => found.includes(piece))).toEqual([]);
      expect(found).toContain('••••••');
      expect(found).toContain('${{ secrets.token }}');
    },
  );
  it('are in no error that is thrown, logged or shown', async () => {
    behaviour = secret => {
      throw new Error(`connect to ${secret} failed`, {
        cause: new Error(secret),
      });
    };
    await storeSensor(database.knex, sensorWith(input));
    const run = await start(sensorWith(input), { say: 'hello' });
    await attempted(run);
    const found = await kept();
    expect(pieces.filter(piece => found.includes(piece))).toEqual([]);
    expect(found).toContain('connect to •••••• failed');
    expect(logger.warn).toHaveBeenCalled();
  });

  it('are not given to what an event asks for', async () => {
    await storeSensor(database.knex, sensorWith(input));
    const sensor = sensorWith({
      key: '${{ event.data.say }}',
      say: '${{ event.data.say }}',
    });
    await database.knex('sensor_revisions').update({
      definition: JSON.stringify(sensor),
    });
    const say = '${{ secrets.token }}';
    await test.reaches(await start(sensor, { say }), 'done');
    expect(given).toEqual([{ key: say, say }]);
  });

  it('are those of the moment, when they were rotated', async () => {
    let attempts = 0;
    behaviour = secret => {
      attempts += 1;
      return attempts === 1 ? leaks.held('x') : leaks.done(secret);
    };
    await storeSensor(database.knex, sensorWith(input));
    const run = await start(sensorWith(input), { say: 'hello' });
    const { version } = await test.reaches(run, 'held');
    values.set('token', 'rotated-1234');
    await test.engine.decisions.releaseRun({
      id: run,
      version,
      by: 'user:default/pia',
      confirmOlder: false,
    });
    await test.reaches(run, 'done');
    expect(given).toMatchObject([{ key: token }, { key: 'rotated-1234' }]);
    expect(await kept()).not.toContain('rotated-1234');
  });

  it.each([
    ['no longer there', { key: '${{ secrets.other }}' }, /"other" is missing/],
    ['too short', { key: '${{ secrets.token }}' }, /"token" is too short/],
    ['not granted', { key: '${{ secrets.short }}' }, /may not use the secret/],
    // As though the module that brings the action had changed.
    [
      'where none belongs',
      { url: 'https://${{ secrets.token }}/' },
      /takes no secret at url/,
    ],
  ])('hold the run when one is %s', async (what, wrong, message) => {
    if (what === 'too short') values.set('token', '1234567');
    await storeSensor(database.knex, sensorWith(wrong));
    const held = await test.reaches(await start(sensorWith(wrong)), 'held');
    expect(held.reason!.message).toMatch(message);
    expect(given).toEqual([]);
  });
});

describe('configured secrets', () => {
  it('are read anew each time', () => {
    const data = { gitopsEvents: { secrets: { token: 'first' } } };
    const secrets = configuredSecrets(mockServices.rootConfig({ data }));
    expect(secrets.names).toEqual(['token']);
    expect(secrets.value('token')).toBe('first');
    data.gitopsEvents.secrets.token = 'second';
    expect(secrets.value('token')).toBe('second');
    expect(secrets.value('constructor')).toBeUndefined();
    const none = configuredSecrets(mockServices.rootConfig({ data: {} }));
    expect(none.names).toEqual([]);
  });
});
