import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryApi } from '../../dev/memoryApi';
import { environment } from '../../dev/stories/environment';
import { createWorld } from '../../dev/world';
import { renderPage } from '../../dev/renderPage';
import { Timeline } from './Timeline';

const entityRef = 'component:default/shop-api';

function setup(at = '/') {
  const world = createWorld(Date.now());
  const api = createMemoryApi({ world, latencyMs: 0 });
  const page = <Timeline entityRef={entityRef} empty={<p>Nothing yet</p>} />;
  return { world, rendered: renderPage({ api, page, at }) };
}

const group = (name: RegExp) =>
  screen.getByRole('button', { name, expanded: undefined });

describe('Timeline', () => {
  it('shows events as groups, the newest open with its lines', async () => {
    await setup().rendered;
    const newest = await screen.findByRole('button', {
      name: /^Create environment "shop-api-staging"/,
    });
    expect(newest).toHaveAttribute('aria-expanded', 'true');
    expect(newest).toHaveTextContent('Applied in 1.9 s');
    const lines = screen.getByRole('region', { name: /shop-api-staging/ });
    expect(within(lines).getByText('Sensor fired')).toBeInTheDocument();
    expect(within(lines).getByText('+12 ms')).toBeInTheDocument();
    expect(
      within(lines).getByRole('group', { name: 'Where the time went' }),
    ).toHaveTextContent('Sync 1.5 s');
    expect(group(/^Promote image shop\/api:1.8.2/)).toHaveAttribute(
      'aria-expanded',
      'false',
    );
  });

  it('lets new lines appear in place while the reader keeps the focus', async () => {
    const { world, rendered } = setup();
    await rendered;
    const waiting = await screen.findByRole('button', {
      name: /^Promote image shop\/api:1.8.2/,
    });
    await userEvent.click(waiting);
    const story = environment({
      name: 'shop-api-fresh',
      application: 'shop-api',
      team: 'shop',
      person: 'Ana',
      pullRequest: 200,
      slow: 0,
    });
    world.happenings.push({ story, startedAt: Date.now(), comments: [] });
    const fresh = await screen.findByRole(
      'button',
      { name: /^Create environment "shop-api-fresh"/ },
      { timeout: 6_000 },
    );
    await waitFor(() => expect(fresh).toHaveAttribute('aria-expanded', 'true'));
    await screen.findByText(/shop-api-fresh": Applied/, undefined, {
      timeout: 3_000,
    });
    expect(waiting).toHaveFocus();
    expect(waiting).toHaveAttribute('aria-expanded', 'true');
  }, 15_000);

  it('filters by what the address says', async () => {
    await setup('/?state=failed').rendered;
    expect(
      await screen.findByRole('button', { name: /^Latency alert/ }),
    ).toBeInTheDocument();
    expect(
      screen.queryByRole('button', { name: /^Promote/ }),
    ).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Clear' }));
    expect(
      await screen.findByRole('button', {
        name: /^Promote image shop\/api:1.8.2/,
      }),
    ).toBeInTheDocument();
  });

  it('moves through groups by key and opens with Enter', async () => {
    await setup().rendered;
    await screen.findByRole('button', {
      name: /^Promote image shop\/api:1.8.2/,
    });
    await userEvent.keyboard('jj{Enter}');
    const second = group(/^Promote image shop\/api:1.8.2/);
    expect(second).toHaveFocus();
    expect(second).toHaveAttribute('aria-expanded', 'true');
    await userEvent.keyboard('?');
    expect(
      await screen.findByRole('dialog', { name: 'Keyboard' }),
    ).toBeInTheDocument();
  });
});
