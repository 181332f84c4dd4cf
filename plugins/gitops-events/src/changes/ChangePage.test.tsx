import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { GitopsEventsApi } from '../api/gitopsEventsApi';
import { createMemoryApi } from '../../dev/memoryApi';
import { createWorld } from '../../dev/world';
import { renderPage } from '../../dev/renderPage';
import { ChangePage } from './ChangePage';

async function setup(title: string) {
  const api = createMemoryApi({ world: createWorld(Date.now()), latencyMs: 0 });
  const { items } = await api.call('listChanges', { query: { text: title } });
  await show(api, items[0].id);
  return { api, id: items[0].id };
}

async function show(api: GitopsEventsApi, id: string) {
  await renderPage({ api, page: <ChangePage />, at: `/${id}`, path: ':id' });
  await screen.findByRole('heading', { level: 1 });
}

describe('ChangePage', () => {
  it('approves the content seen, after saying what that does', async () => {
    const { api, id } = await setup('shop/api:1.8.2');
    await userEvent.click(screen.getByRole('button', { name: 'Approve' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent(
      'merged into main of deployments by itself',
    );
    await userEvent.type(within(dialog).getByRole('textbox'), 'Looks right');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Approve' }),
    );
    expect(await screen.findByText('“Looks right”')).toBeInTheDocument();
    const change = await api.call('getChange', { params: { id } });
    expect(change.approvals).toHaveLength(1);
  });

  it('says why it cannot be merged yet', async () => {
    await setup('shop/api:1.8.2');
    expect(
      screen.getByRole('button', {
        name: 'Merge. Not possible: It needs one more approval.',
      }),
    ).toBeInTheDocument();
  });

  it.each([
    ['requested', 'asked for this change'],
    ['released', 'released this change from quarantine'],
  ] as const)(
    'says why the approval of who %s it does not count',
    async (did, words) => {
      const world = createWorld(Date.now());
      for (const { story } of world.happenings) {
        if (story.change) {
          story.change.involved = [{ by: 'user:default/pia', did }];
        }
      }
      const api = createMemoryApi({ world, latencyMs: 0 });
      const { items } = await api.call('listChanges', {
        query: { text: 'shop/api:1.8.2' },
      });
      await show(api, items[0].id);
      expect(
        await screen.findByRole('button', {
          name: new RegExp(`^Approve. Not possible: You ${words} yourself`),
        }),
      ).toBeInTheDocument();
    },
  );

  it('does not count an approval of who had a part in it, and says so', async () => {
    const world = createWorld(Date.now());
    for (const { story } of world.happenings) {
      story.change?.approvals.push({
        ...{ by: 'user:default/ana', at: new Date().toISOString() },
        notCounted: 'replayed',
      });
    }
    const api = createMemoryApi({ world, latencyMs: 0 });
    const { items } = await api.call('listChanges', {
      query: { text: 'shop/api:1.8.2' },
    });
    await show(api, items[0].id);
    expect(screen.getByText(/^0 of 1/)).toBeInTheDocument();
    expect(
      screen.getByText('does not count: had this change replayed'),
    ).toBeInTheDocument();
  });

  it('tells the second of two that somebody was faster, and shows the new state', async () => {
    const { api, id } = await setup('shop/api:1.8.2');
    await userEvent.click(screen.getByRole('button', { name: 'Approve' }));
    const dialog = await screen.findByRole('dialog');
    const change = await api.call('getChange', { params: { id } });
    await api.call('closeChange', {
      params: { id },
      body: { version: change.version },
    });
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Approve' }),
    );
    expect(
      await within(dialog).findByText(/Somebody else decided meanwhile/),
    ).toBeInTheDocument();
    expect(await screen.findByText('Closed')).toBeInTheDocument();
  });

  it('offers nothing to decide on a change that has ended', async () => {
    await setup('shop-api-staging');
    expect(
      screen.queryByRole('button', { name: /Approve|Merge|Close/ }),
    ).not.toBeInTheDocument();
  });

  it('says what it means that a change is not there', async () => {
    const api = createMemoryApi({
      world: createWorld(Date.now()),
      latencyMs: 0,
    });
    await show(api, '00000000');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Not found. It does not exist, or you may not see it.',
    );
  });
});
