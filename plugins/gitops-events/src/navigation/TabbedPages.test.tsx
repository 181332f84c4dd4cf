import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryApi } from '../../dev/memoryApi';
import { renderPage } from '../../dev/renderPage';
import { createWorld } from '../../dev/world';
import { TabbedPages } from './TabbedPages';

describe('the page in an app on the old frontend system', () => {
  it('has its tabs, and leads from a list to one of its rows', async () => {
    const api = createMemoryApi({
      world: createWorld(Date.now()),
      latencyMs: 0,
    });
    await renderPage({
      api,
      page: <TabbedPages />,
      at: '/gitops-events',
      path: '/gitops-events/*',
    });
    expect(await screen.findByText('In quarantine')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('tab', { name: 'Changes' }));
    await userEvent.click(
      await screen.findByRole('link', { name: /shop-api-staging/ }),
    );
    expect(
      await screen.findByRole('heading', {
        level: 1,
        name: /shop-api-staging/,
      }),
    ).toBeInTheDocument();
    expect(await screen.findByText('Files changed (5)')).toBeInTheDocument();
  });
});
