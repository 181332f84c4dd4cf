import type { EventView } from '@gitops-events/plugin-gitops-events-common';
import {
  secretInput,
  type Action,
} from '@gitops-events/plugin-gitops-events-node';
import waitForExpect from 'wait-for-expect';
import { z } from 'zod';
import { startPlugin } from '../__testUtils__/startPlugin';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { everythingKept } from './__testUtils__/everythingKept';

jest.setTimeout(60_000);

const token = 'correct horse battery staple';

function sensor(name: string, input: string) {
  return `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: ${name}, owner: 'group:default/platform' }
spec:
  dependencies:
    - { name: pushed, ingress: registry, type: io.example.pushed }
  dedupe: { key: event.data.digest }
  steps:
    - id: call
      action: call
      input: { ${input} }
    - id: again
      action: call
      if: has(steps.call.outputs.answer)
      input: { key: plain, text: '\${{ steps.call.outputs.answer }}' }
`;
}

const sensors = {
  'good.yaml': sensor('good', "key: '${{ secrets.token }}'"),
  'elsewhere.yaml': sensor('elsewhere', "text: '${{ secrets.token }}'"),
  'unknown.yaml': sensor('unknown', "key: '${{ secrets.tokin }}'"),
  'refused.yaml': sensor('refused', "key: '${{ secrets.private }}'"),
};

const configured = (secrets: Record<string, string>, ...granted: string[]) => ({
  secrets,
  boundaries: [
    {
      owner: 'group:default/platform',
      ingresses: ['registry'],
      actions: ['*'],
      repositories: [],
      secrets: granted,
    },
  ],
});

const databases = testDatabases();

describe.each(databaseKinds)('a secret on %s, door to door', kind => {
  const given: unknown[] = [];
  const call: Action<any> = {
    id: 'call',
    description: 'Answers with all that it was given.',
    input: z.object({
      key: secretInput.optional(),
      text: z.string().optional(),
    }),
    safety: 'look',
    run: async (_, input) => {
      given.push(input);
      return { outcome: 'done', output: { answer: JSON.stringify(input) } };
    },
  };

  it('reaches the action that it is for, and nobody else', async () => {
    const knex = await databases.empty(kind);
    const plugin = await startPlugin({
      knex,
      sensors,
      files: { 'apps/shop.yaml': 'a: b\n' },
      actions: [call],
      gitopsEvents: configured({ token, private: 'of somebody else' }, 'token'),
    });
    const { body } = await plugin
      .send(
        'application/cloudevents-batch+json',
        JSON.stringify([
          {
            specversion: '1.0',
            id: '1',
            source: '/registry',
            type: 'io.example.pushed',
            data: { digest: 'a' },
          },
        ]),
      )
      .expect(202);
    const [{ uid }] = body.events;
    await waitForExpect(async () => {
      const view: EventView = await plugin.get(`events/${uid}`);
      expect(view.settled).toBe(true);
    }, 20_000);
    expect(given).toEqual([
      { key: token },
      { key: 'plain', text: '{"key":"••••••"}' },
    ]);

    const problems = async () => {
      const { items } = await plugin.get('sensors');
      return Object.fromEntries(
        items.map((one: any) => [
          one.name,
          one.problems
            .filter(({ severity }: any) => severity === 'error')
            .map(({ rule, line }: any) => `${line} ${rule}`),
        ]),
      );
    };
    expect(await problems()).toEqual({
      good: [],
      elsewhere: ['11 secret-place'],
      unknown: ['11 unknown-name'],
      refused: ['11 boundary'],
    });
    const shown = JSON.stringify([
      await plugin.get(`events/${uid}`),
      await plugin.get(`timeline?event=${uid}`),
      await plugin.get('quarantine'),
      await plugin.get('sensors/good'),
    ]);

    // One that is added, and granted, needs no restart.
    plugin.reconfigure(configured({ token, tokin: token }, 'token', 'tokin'));
    await waitForExpect(async () => {
      expect(await problems()).toMatchObject({
        unknown: [],
        refused: ['11 unknown-name'],
      });
    }, 10_000);
    await plugin.stop();
    const kept = await everythingKept(knex);
    expect(kept).toContain('${{ secrets.token }}');
    for (const text of [shown, kept]) expect(text).not.toContain('battery');
  });
});
