import { mockServices } from '@backstage/backend-test-utils';
import waitForExpect from 'wait-for-expect';
import { readConfig } from './config';
import { followConfig } from './liveConfig';
import { silentLogger } from './__testUtils__/testLogger';

const data = (freeze: object, token: object = {}) => ({
  gitopsEvents: {
    targets: { production: { class: 'production', freeze: [freeze] } },
    secrets: { ...token },
  },
});
const first = { from: '2026-12-18', to: '2027-01-03', reason: 'year end' };

describe('followConfig', () => {
  const start = () => {
    const root = mockServices.rootConfig({ data: data(first) as any });
    const logger = silentLogger();
    const config = readConfig(root);
    let changes = 0;
    const end = followConfig({
      root,
      config,
      logger,
      changed: async () => {
        changes += 1;
      },
    });
    return { root, logger, config, end, changes: () => changes };
  };

  it('keeps the last good configuration where the new one cannot be read', async () => {
    const { root, config, logger, changes, end } = start();
    const before = config.targets;
    root.update({ data: data({ ...first, to: 'soon' }) as any });
    await waitForExpect(() => expect(logger.error).toHaveBeenCalled());
    expect(config.targets).toBe(before);
    expect(changes()).toBe(0);

    root.update({ data: data({ ...first, reason: 'audit' }) as any });
    await waitForExpect(() => expect(changes()).toBe(1));
    expect(config.targets.production.freeze).toMatchObject([
      { reason: 'audit' },
    ]);
    end();
  });

  it('tells of a secret that was added', async () => {
    const { root, config, changes, end } = start();
    expect(config.secrets!.names).toEqual([]);
    root.update({ data: data(first, { chat: 'correct horse' }) as any });
    await waitForExpect(() => expect(changes()).toBe(1));
    expect(config.secrets!.names).toEqual(['chat']);
    expect(config.secrets!.value('chat')).toBe('correct horse');
    end();
  });
});
