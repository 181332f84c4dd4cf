import type { Installation } from '@gitops-events/plugin-gitops-events-common';
import { testConfig } from '../__testUtils__/testEngine';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { startApi } from './__testUtils__/startApi';

jest.setTimeout(60_000);

const databases = testDatabases();

describe('GET /v1/installation', () => {
  it('tells actions to all, boundaries and secrets to their owners alone', async () => {
    const { knex } = await databases.open(databaseKinds[0]);
    const [boundary] = testConfig.boundaries;
    const api = await startApi(knex, [], {
      ...testConfig,
      boundaries: [
        { ...boundary, secrets: ['chat-*'] },
        { ...boundary, owner: 'group:default/shop', secrets: ['shop'] },
      ],
      secrets: {
        names: ['chat-eu', 'shop', 'nobody'],
        value: () => 'correct horse',
      },
    });
    const told = async (role: 'platform' | 'owner' | 'otherDeveloper') => {
      const { body } = await api.call(role, 'describeInstallation', {});
      const { actions, secrets, boundaries } = body as Installation;
      expect(JSON.stringify(body)).not.toContain('horse');
      expect(actions.map(({ id }) => id)).toContain('git:change');
      return [secrets, boundaries.map(({ owner }) => owner)];
    };
    expect(await told('platform')).toEqual([
      ['chat-eu', 'shop'],
      ['group:default/platform', 'group:default/shop'],
    ]);
    expect(await told('owner')).toEqual([['shop'], ['group:default/shop']]);
    expect(await told('otherDeveloper')).toEqual([[], []]);
    await api.stop();
  });
});
