import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { sensorSchema } from '@gitops-events/plugin-gitops-events-sensors';
import { Sandbox, type ActiveSensor } from '.';

const limits = { expressionMs: 250, expressionHeapMb: 128 };

/** Inside every static limit; on a list of 1,000 it is a million rounds. */
const slow =
  'event.data.list.all(a, event.data.list.all(b, (a + b) * (a - b) + a * b - a * a + b * b > -100000000))';

function sensor(name: string, filter?: string, type = 'a.b'): ActiveSensor {
  const definition = sensorSchema.parse({
    apiVersion: 'gitops-events.io/v1alpha1',
    kind: 'Sensor',
    metadata: { name, owner: 'group:default/team' },
    spec: {
      dependencies: [{ name: 'it', type, filter }],
      params: { subject: '${{ event.subject }}' },
      steps: [
        {
          id: 'wait',
          action: 'sync:wait',
          input: { application: 'app-${{ params.subject }}' },
        },
      ],
    },
  });
  return { name, revision: 3, definition };
}

function event(uid: string, data: unknown, type = 'a.b'): StoredEvent {
  return {
    uid,
    id: uid,
    source: 'test',
    type,
    subject: 's',
    extensions: {},
    depth: 0,
    ingress: 'test',
    principal: 'external:test',
    acceptedAt: 0,
    data: new TextEncoder().encode(JSON.stringify(data)),
  };
}

describe('Sandbox', () => {
  const sandbox = new Sandbox(limits);
  afterAll(() => sandbox.stop());

  it('says what each sensor that may listen says to each event', async () => {
    await sandbox.load(
      [
        sensor('one', 'event.data.n == 1'),
        sensor('other', undefined, 'x.*'),
        sensor('broken', 'event.data.missing == 1'),
      ],
      7,
    );
    const answer = await sandbox.evaluate([
      event('e1', { n: 1 }),
      event('e2', { n: 2 }),
      event('e3', {}, 'x.y'),
      event('e4', {}, 'nobody'),
    ]);
    expect(answer).toMatchObject({
      generation: 7,
      events: [
        [
          { sensor: 'one', revision: 3, evaluation: { result: 'matched' } },
          {
            sensor: 'broken',
            evaluation: {
              result: 'error',
              reason: {
                code: 'missingField',
                detail: { path: 'event.data.missing' },
              },
            },
          },
        ],
        [
          {
            sensor: 'one',
            evaluation: {
              result: 'notMatched',
              reason: { message: expect.stringContaining('was 2') },
            },
          },
          { sensor: 'broken' },
        ],
        [{ sensor: 'other', evaluation: { result: 'matched' } }],
        [],
      ],
    });
  });

  it('finds the sensor that overruns its deadline, and the others go on', async () => {
    await sandbox.load(
      [sensor('good'), sensor('bomb', slow), sensor('fine', 'true')],
      8,
    );
    const list = Array.from({ length: 1000 }, (_, index) => index);
    const { events } = await sandbox.evaluate([
      event('e1', { list: [1] }),
      event('e2', { list }),
      event('e3', { list: [2] }),
    ]);
    const results = events.map(found =>
      found.map(({ sensor: name, evaluation }) => [
        name,
        evaluation.result,
        evaluation.result === 'error' && evaluation.reason.code,
      ]),
    );
    const calm = [
      ['good', 'matched', false],
      ['bomb', 'matched', false],
      ['fine', 'matched', false],
    ];
    expect(results).toEqual([
      calm,
      [calm[0], ['bomb', 'error', 'deadline'], calm[2]],
      calm,
    ]);
  });
});
