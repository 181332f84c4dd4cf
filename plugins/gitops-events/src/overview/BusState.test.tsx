import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryApi } from '../../dev/memoryApi';
import { renderPage } from '../../dev/renderPage';
import { createWorld } from '../../dev/world';
import { OverviewPage } from './OverviewPage';

const at = new Date(Date.now() - 60_000).toISOString();

async function show({ denied = false, down = false, retired = false } = {}) {
  const world = createWorld(Date.now());
  world.bus = {
    ...world.bus,
    kind: 'kafka',
    durability: down ? undefined : 'replicated',
    broker: down
      ? { state: 'down', since: at, message: 'Nobody answers.' }
      : { state: 'up', since: at },
    intakes: [
      {
        ...{ partition: 'git-events:0', version: 3, unreadable: 2 },
        behind: down ? undefined : 7,
        ...(retired
          ? { retired: { message: 'It is configured no longer.' } }
          : {
              stopped: { message: 'Records 4 to 9 were deleted.', since: at },
            }),
      },
      {
        ...{ partition: 'git-events:1', version: 1, unreadable: 0 },
        behind: down ? undefined : 5,
        filled: 0.625,
      },
    ],
  };
  const api = createMemoryApi({ world, latencyMs: 0 });
  await renderPage({ api, page: <OverviewPage />, at: '/', denied });
  return { api };
}

describe('the state of the bus', () => {
  it('tells what waits at a broker, and lets a partition go on after a loss', async () => {
    const { api } = await show();
    expect(
      await screen.findByText('12 acknowledged and not in the database yet'),
    ).toBeInTheDocument();
    expect(screen.getByText('Answers')).toBeInTheDocument();
    expect(screen.getByText('Replicated')).toBeInTheDocument();
    expect(screen.getByText(/takes 63 % of what the broker/)).toBeVisible();
    expect(
      screen.getByText(/^2 records of the broker are no events/),
    ).toBeInTheDocument();
    const alert = screen.getByRole('alert');
    expect(alert).toHaveTextContent(
      /Events were lost in git-events:0.*Records 4 to 9 were deleted\./,
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Let it go on…' }),
    );
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(
      within(dialog).getByRole('radio', { name: /from now on/ }),
    );
    await userEvent.type(within(dialog).getByLabelText('Comment'), 'Tests');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Let it go on' }),
    );
    const { bus } = await api.call('getOverview');
    expect(bus.intakes![0]).not.toHaveProperty('stopped');
  });

  it('lets go of what the configuration does not name any more', async () => {
    const { api } = await show({ retired: true });
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent(
      'Events may be left in git-events:0: It is configured no longer.',
    );
    await userEvent.click(screen.getByRole('button', { name: 'Let it go…' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByLabelText('Comment'), 'Tests');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Let it go' }),
    );
    const { bus } = await api.call('getOverview');
    expect(bus.intakes!.map(({ partition }) => partition)).toEqual([
      'git-events:1',
    ]);
  });

  it('says that a broker does not answer, and offers nothing to who may not decide', async () => {
    await show({ denied: true, down: true });
    expect(await screen.findByText(/: Nobody answers\./)).toHaveTextContent(
      /Does not answer\s*for [\d.]+ (s|min): Nobody answers\./,
    );
    expect(
      screen.getByText('what waits there is not known now'),
    ).toBeInTheDocument();
    expect(
      screen.getByText('not known before the broker answers'),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: /Let it go/ }),
    ).not.toBeInTheDocument();
  });
});
