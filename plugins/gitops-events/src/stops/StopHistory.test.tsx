import { screen, within } from '@testing-library/react';
import { createMemoryApi } from '../../dev/memoryApi';
import { createWorld } from '../../dev/world';
import { renderPage } from '../../dev/renderPage';
import { StopHistory } from './StopHistory';

const hour = 3_600_000;

async function setup() {
  let now = Date.now() - 5 * hour;
  const world = createWorld(now);
  const api = createMemoryApi({ world, now: () => now, latencyMs: 0 });
  const stop = (reason: string) =>
    api.call('setStop', { body: { scope: { kind: 'all' }, reason } });
  const first = await stop('Registry compromised');
  now += 3 * hour;
  await api.call('liftStop', {
    params: { id: first.id },
    body: { version: first.version, comment: 'Keys rotated' },
  });
  return { api, stop };
}

describe('stops, past and present', () => {
  it('are told with who, why and when they were lifted, those in force first', async () => {
    const { api, stop } = await setup();
    await stop('Again');
    await renderPage({ api, page: <StopHistory />, at: '/' });
    const items = await screen.findAllByRole('listitem');
    expect(items.map(item => item.textContent)).toEqual([
      expect.stringMatching(/^All writing, by pia, .*: AgainStill in force$/),
      expect.stringMatching(
        /^All writing, by pia, .*: Registry compromisedLifted by pia after 3 h: Keys rotated$/,
      ),
    ]);
    expect(within(items[1]).getByText(/ago/)).toBeInTheDocument();
  });

  it('take no room where nothing was ever stopped', async () => {
    const api = createMemoryApi({
      world: createWorld(Date.now()),
      latencyMs: 0,
    });
    await renderPage({ api, page: <StopHistory />, at: '/' });
    expect(screen.queryByText('Stops of writing')).not.toBeInTheDocument();
  });
});
