import { screen, within } from '@testing-library/react';
import { createMemoryApi } from '../../dev/memoryApi';
import { renderPage } from '../../dev/renderPage';
import { createWorld, type World } from '../../dev/world';
import { OverviewPage } from './OverviewPage';

async function show(more: Partial<World> = {}) {
  const world = { ...createWorld(Date.now()), ...more };
  const api = createMemoryApi({ world, latencyMs: 0 });
  await renderPage({ api, page: <OverviewPage />, at: '/' });
  await screen.findByRole('region', { name: 'Waiting for a person' });
}
const title = 'Event sources that need a look';

describe('what needs a person', () => {
  it('names event sources that are stopped or wait, and leads to them', async () => {
    await show();
    const section = screen.getByRole('region', { name: title });
    const [first, ...others] = within(section).getAllByRole('listitem');
    expect(first).toHaveTextContent(
      /^shop-ordersStopped.*Messages were lost in shop.orders:1.*for 12 min/,
    );
    expect(within(first).getByRole('link')).toHaveAttribute(
      'href',
      '/gitops-events/sources?open=shop-orders',
    );
    expect(others.map(one => one.textContent)).toEqual([
      expect.stringMatching(/^paymentsWaiting.*No broker answers/),
      expect.stringMatching(/^warehouseWaiting.*maxUndecided/),
    ]);
  });

  it('counts refused messages, and leads to them', async () => {
    await show();
    expect(
      screen.getByRole('link', { name: '5 refused messages of event sources' }),
    ).toHaveAttribute('href', '/gitops-events/quarantine/messages');
  });

  it('says nothing of event sources where all is well', async () => {
    await show({ sources: [], refused: [] });
    expect(
      screen.queryByRole('region', { name: title }),
    ).not.toBeInTheDocument();
    expect(screen.queryByText(/refused message/)).not.toBeInTheDocument();
  });
});
