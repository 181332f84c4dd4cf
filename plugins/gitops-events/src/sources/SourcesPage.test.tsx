import { ProblemError } from '@gitops-events/plugin-gitops-events-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryApi } from '../../dev/memoryApi';
import { renderPage } from '../../dev/renderPage';
import { createWorld } from '../../dev/world';
import { SourcesPage } from './SourcesPage';

const lost = /Records 70104 to 71211 of the topic shop.orders were deleted/;

async function show({ denied = false, at = '/' } = {}) {
  const world = createWorld(Date.now());
  const api = createMemoryApi({ world, latencyMs: 0 });
  const call = jest.spyOn(api, 'call');
  await renderPage({ api, page: <SourcesPage />, at, denied });
  await screen.findByText('4 event sources: 1 stopped, 2 waiting');
  return { world, call };
}

const cardOf = (name: string) =>
  screen.getByRole('button', { name: new RegExp(`^${name}`) }).closest('li')!;

async function askToGoOn() {
  await userEvent.click(
    await screen.findByRole('button', { name: 'Let it go on…' }),
  );
  const dialog = await screen.findByRole('dialog', {
    name: 'Let shop.orders:1 go on?',
  });
  return {
    dialog,
    confirm: within(dialog).getByRole('button', { name: 'Let it go on' }),
    comment: () =>
      userEvent.type(within(dialog).getByLabelText('Comment'), 'Tests'),
  };
}

describe('the page of event sources', () => {
  it('says how each stands, why, and how much lies beyond', async () => {
    await show();
    const builds = cardOf('builds');
    expect(builds).toHaveTextContent(/Reading.*NATS JetStream.*ingress builds/);
    expect(within(builds).getByRole('link')).toHaveAttribute(
      'href',
      '/gitops-events/quarantine/messages?source=builds',
    );
    expect(cardOf('payments')).toHaveTextContent(
      /Waiting.*not known now.*It waits for 31 min: payments.settled: No broker answers/,
    );
    expect(cardOf('shop-orders')).toHaveTextContent(/Stopped.*1,216/);
    expect(screen.getByRole('alert')).toHaveTextContent(lost);
    expect(screen.getByRole('alert')).toHaveTextContent(
      'until somebody says from where; the other partitions go on.',
    );
  });

  it('opens the partitions of a source, and those that the address names', async () => {
    await show({ at: '/?open=warehouse' });
    expect(
      within(cardOf('warehouse')).getByRole('row', {
        name: /warehouse.stock:0 Waiting next is 12,044 1,840 4 min ago/,
      }),
    ).toBeInTheDocument();
    expect(cardOf('warehouse')).toHaveTextContent(
      /warehouse.old:0 is read no more: The configuration no longer names it/,
    );
    await userEvent.keyboard('jjj');
    expect(cardOf('shop-orders')).toContainElement(
      document.activeElement as HTMLElement,
    );
    await userEvent.keyboard('{Enter}');
    const rows = within(cardOf('shop-orders')).getAllByRole('row');
    expect(rows).toHaveLength(4);
    await userEvent.keyboard('{Enter}');
    expect(
      within(cardOf('shop-orders')).queryByRole('table'),
    ).not.toBeInTheDocument();
  });

  it('lets a partition go on after a loss, once one said from where and why', async () => {
    const { call } = await show();
    const { dialog, confirm, comment } = await askToGoOn();
    expect(dialog).toHaveTextContent(lost);
    expect(confirm).toBeDisabled();
    await comment();
    await userEvent.click(
      within(dialog).getByRole('radio', {
        name: /from now on.*passed over and never taken in/,
      }),
    );
    await userEvent.click(confirm);
    expect(
      await screen.findByText('4 event sources: 2 waiting'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect(call).toHaveBeenCalledWith('letSourceGoOn', {
      params: { source: 'shop-orders' },
      body: {
        ...{ partition: 'shop.orders:1', version: 5 },
        ...{ from: 'newest', comment: 'Tests' },
      },
    });
  });

  it('asks from where anew each time', async () => {
    await show();
    const first = await askToGoOn();
    await userEvent.click(
      within(first.dialog).getByRole('radio', { name: /from now on/ }),
    );
    await userEvent.click(
      within(first.dialog).getByRole('button', { name: 'Cancel' }),
    );
    await waitFor(() => expect(first.dialog).not.toBeInTheDocument());
    const { dialog } = await askToGoOn();
    expect(
      within(dialog).getByRole('radio', { name: /With the oldest message/ }),
    ).toBeChecked();
  });

  it('says so where somebody else let it go on meanwhile', async () => {
    const { world } = await show();
    const { dialog, confirm, comment } = await askToGoOn();
    const orders = world.sources.find(({ name }) => name === 'shop-orders')!;
    await comment();
    delete orders.partitions[1].stopped;
    await userEvent.click(confirm);
    expect(
      await within(dialog).findByText(/^It goes on already\./),
    ).toBeInTheDocument();
    await waitFor(() => expect(confirm).toBeDisabled());
  });

  it('lets several go on at once', async () => {
    const { world } = await show();
    const orders = world.sources.find(({ name }) => name === 'shop-orders')!;
    orders.partitions[2].stopped = {
      message: 'Records 1 to 9 were deleted.',
      since: new Date().toISOString(),
    };
    await userEvent.click(
      await screen.findByRole('button', { name: 'Let all 2 go on…' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getAllByRole('listitem')).toHaveLength(2);
    await userEvent.type(within(dialog).getByLabelText('Comment'), 'Tests');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Let it go on' }),
    );
    expect(
      await screen.findByText('4 event sources: 2 waiting'),
    ).toBeInTheDocument();
  });

  it('offers nothing to those who may not decide, and says who may', async () => {
    await show({ denied: true });
    expect(screen.getByRole('alert')).toHaveTextContent(
      'until a platform engineer says from where',
    );
    expect(
      screen.queryByRole('button', { name: /go on/ }),
    ).not.toBeInTheDocument();
  });

  it('teaches how to add a source where there is none', async () => {
    const world = { ...createWorld(Date.now()), sources: [] };
    const api = createMemoryApi({ world, latencyMs: 0 });
    await renderPage({ api, page: <SourcesPage />, at: '/' });
    expect(
      await screen.findByText('No event source is configured'),
    ).toBeInTheDocument();
    expect(screen.getByText(/kind: kafka # or nats/)).toBeInTheDocument();
  });

  it.each([
    [403, 'You may not see this.'],
    [500, 'The event sources could not be loaded.'],
  ])('says what an answer of %s means', async (status, words) => {
    const problem = { type: 'about:blank', title: 'Refused', status };
    const call = async () => {
      throw new ProblemError({ ...problem, detail: 'It failed.' });
    };
    await renderPage({ api: { call }, page: <SourcesPage />, at: '/' });
    expect(await screen.findByText(words)).toBeInTheDocument();
  });
});
