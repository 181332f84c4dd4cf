import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { SensorInput } from '@gitops-events/plugin-gitops-events-sensors';
import { fire, storeSensor } from '../__testUtils__/fire';
import { startTestEngine } from '../__testUtils__/testEngine';
import { git, temporaryFolder } from '../git/__testUtils__/gitCommand';
import { startTypescript } from '../git/__testUtils__/typescriptProcess';
import { databaseKinds, testDatabases } from '../store/testDatabases';

jest.setTimeout(300_000);

const script = path.join(__dirname, '__testUtils__/revertReplica.ts');
const sensor: SensorInput = {
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'promote', owner: 'group:default/platform' },
  spec: {
    mode: 'auto',
    dependencies: [{ name: 'asked', ingress: 'test', type: 'test.event' }],
    steps: ['two', 'three'].map(tag => ({
      id: tag,
      action: 'git:change',
      input: {
        repo: 'local:deployments',
        edits: [{ kind: 'yaml', file: 'apps/a.yaml', set: { tag } }],
      },
    })),
  },
};
/** After each thing that a part makes. */
const ofPart = {
  sqlite: ['seal', 'objects', 'ref', 'pullRequest', 'merge'],
  postgres: ['seal', 'merge'],
};

describe.each(databaseKinds)(
  'a revert whose replicas are killed, on %s',
  kind => {
    const databases = testDatabases();

    it('is written once, part by part', async () => {
      const { knex } = await databases.open(kind);
      const folder = await temporaryFolder();
      await storeSensor(knex, sensor);
      const test = await startTestEngine({ knex } as never, {
        folder,
        seed: { 'apps/a.yaml': 'tag: 1.10 # old\n' },
      });
      const id = await fire(knex, { id: '1', sensor });
      test.nudges.send('runs');
      await test.reaches(id, 'applied');
      const { digest } = await test.engine.decisions.previewRevert(id);
      await test.stop();

      const { client, connection } = knex.client.config;
      const at = { ...connection, password: connection.password };
      const points = ofPart[kind];
      // First that the decision is on record, and then, between the parts, that a step is begun.
      for (const point of ['decide', ...points, 'claim', ...points, '']) {
        const child = startTypescript(
          script,
          [client, JSON.stringify(at), folder, id, digest],
          () => {},
          { GITOPS_EVENTS_CRASH_AT: point },
        );
        const [code, signal] = await once(child, 'close');
        expect([point, signal ?? code]).toEqual([point, point ? 'SIGKILL' : 0]);
        // So that nobody has to wait until the claims of the dead run out.
        await knex('runs')
          .whereIn('state', ['queued', 'running'])
          .update({ due_at: 0 });
        await knex('changes')
          .whereNot({ state: 'ended' })
          .update({ due_at: 0 });
      }

      const { bare } = test;
      expect(await git(bare, 'show', 'main:apps/a.yaml')).toBe(
        'tag: 1.10 # old',
      );
      expect(
        (await git(bare, 'log', '--format=%s', 'main')).split('\n').slice(0, 4),
      ).toEqual([
        'Revert: Run 1 (part 2 of 2)',
        'Revert: Run 1 (part 1 of 2)',
        'Run 1',
        'Run 1',
      ]);
      expect(await knex('reverts')).toHaveLength(1);
      expect(await knex('changes')).toHaveLength(4);
      expect(await knex('runs').pluck('end')).toEqual(['applied', 'applied']);
      await git(bare, 'fsck', '--strict');
      await rm(folder, { recursive: true });
    });
  },
);
