import { screen, waitFor, within } from '@testing-library/react';
import { ProblemError } from '@gitops-events/plugin-gitops-events-common';
import userEvent from '@testing-library/user-event';
import { createMemoryApi } from '../../../dev/memoryApi';
import { renderPage } from '../../../dev/renderPage';
import { createWorld, type World } from '../../../dev/world';
import type { GitopsEventsApi } from '../../api/gitopsEventsApi';
import { QuarantineRouter } from '../QuarantineRouter';

async function show(
  options: {
    at?: string;
    denied?: boolean;
    world?: Partial<World>;
    api?: (api: GitopsEventsApi) => GitopsEventsApi;
  } = {},
) {
  const { at = '/messages', denied = false, api = same => same } = options;
  const world = { ...createWorld(Date.now()), ...options.world };
  const memory = createMemoryApi({ world, latencyMs: 0 });
  const page = <QuarantineRouter />;
  await renderPage({ api: api(memory), page, at, denied });
  return { world };
}

const list = () =>
  screen.findByRole('list', { name: 'Refused messages, by reason' });

describe('refused messages', () => {
  it('are grouped by reason, and shown without secrets', async () => {
    await show();
    const rows = within(await list()).getAllByRole('button');
    expect(rows.map(row => row.textContent)).toEqual([
      expect.stringMatching(/^map.source: .*shop.orders\/2\/91207/),
      expect.stringMatching(/^3 ×map.type: there is no value.kind/),
      expect.stringMatching(/^type: The ingress builds/),
    ]);
    await userEvent.click(rows[1]);
    const panel = screen.getByRole('region', { name: 'Selected reason' });
    expect(within(panel).getByLabelText('Message')).toHaveTextContent(
      '"token": "••••••"',
    );
    expect(panel).toHaveTextContent(/keyorder-7311.*x-shopeu-1/);
    expect(within(panel).getByRole('link')).toHaveAttribute(
      'href',
      '/gitops-events/sources?open=shop-orders',
    );
  });

  it('are chosen by their whole place, however long it is', async () => {
    const world = createWorld(Date.now());
    const alike = world.refused.filter(({ reason }) => /map.type/.test(reason));
    for (const one of alike) one.place = `${'long.'.repeat(30)}/${one.number}`;
    await show({ at: '/messages?source=shop-orders', world });
    await list();
    await userEvent.click(screen.getByRole('button', { name: /^3 ×/ }));
    const field = screen.getByRole('combobox', { name: /Looking at one of 3/ });
    expect(field).toHaveStyle({ whiteSpace: 'normal' });
    await userEvent.click(field);
    const options = await screen.findAllByRole('option');
    expect(options).toHaveLength(3);
    for (const [at, option] of options.entries()) {
      expect(option).toHaveStyle({ whiteSpace: 'normal' });
      const place = within(option).getByTitle(alike[at].place);
      expect(place).not.toHaveStyle({ textOverflow: 'ellipsis' });
    }
  });

  it('are cut where they are long, and shown whole when asked', async () => {
    await show({ at: '/messages?source=builds' });
    await list();
    await userEvent.click(screen.getByRole('button', { name: /^type: / }));
    const text = () => screen.getByLabelText('Message');
    expect(text()).toHaveTextContent(/…$/);
    await userEvent.click(
      screen.getByRole('button', { name: 'Show all of it' }),
    );
    await waitFor(() => expect(text()).toHaveTextContent('"step 60: ok"'));
    expect(
      screen.queryByRole('button', { name: 'Show all of it' }),
    ).not.toBeInTheDocument();
  });

  it.each([
    [
      'the server',
      {
        content: '[1,"… (1140 more items)"]',
        leftOut: ['Content, `rows`: the first 200 of 1,340 items are shown.'],
      },
      'Content, rows: the first 200 of 1,340 items are shown.',
    ],
    [
      'the page, which cannot hold it',
      { content: 'x'.repeat(600_000) },
      'Content: the first 500,000 of 600,000 characters are shown.',
    ],
  ])('say what of them is left out by %s', async (_, more, sentence) => {
    const world = createWorld(Date.now());
    const long = world.refused.find(({ isCut }) => isCut)!;
    Object.assign(long, more);
    await show({ at: '/messages?source=builds', world });
    await list();
    await userEvent.click(screen.getByRole('button', { name: /^type: / }));
    expect(screen.queryByText('This is not all of it.')).toBeNull();
    await userEvent.click(
      screen.getByRole('button', { name: 'Show all of it' }),
    );
    const note = await screen.findByText('This is not all of it.');
    expect(note.parentElement).toHaveTextContent(sentence);
  });

  it('are taken in where they are events now; the others say why and stay selected', async () => {
    const { world } = await show({ at: '/messages?source=shop-orders' });
    for (const box of within(await list()).getAllByRole('checkbox')) {
      await userEvent.click(box);
    }
    await userEvent.click(screen.getByRole('button', { name: 'Retry 4…' }));
    const dialog = await screen.findByRole('dialog', {
      name: 'Retry 4 messages?',
    });
    const retry = within(dialog).getByRole('button', { name: 'Retry 4' });
    expect(retry).toBeDisabled();
    await userEvent.type(within(dialog).getByRole('textbox'), 'Mended');
    await userEvent.click(retry);
    expect(
      await within(dialog).findByText(
        '3 of 4 taken in; 1 could not be and stays selected.',
      ),
    ).toBeInTheDocument();
    expect(within(dialog).getByText(/^It is refused again\./)).toBeVisible();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Close' }),
    );
    expect(
      await screen.findByRole('button', { name: 'Retry 1…' }),
    ).toBeInTheDocument();
    expect(world.refused.map(({ number }) => number)).toEqual([9, 15]);
  });

  it('are given up by key, with a comment', async () => {
    const { world } = await show();
    await list();
    await userEvent.keyboard('jd');
    const dialog = await screen.findByRole('dialog', {
      name: 'Discard 1 message?',
    });
    expect(dialog).toHaveTextContent('deleted here for good');
    await userEvent.type(within(dialog).getByRole('textbox'), 'A ping');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Discard' }),
    );
    expect(
      await within(dialog).findByText('It was discarded.'),
    ).toBeInTheDocument();
    expect(world.refused).toHaveLength(4);
  });

  it('cannot be decided by those who may not, and say so', async () => {
    await show({ denied: true });
    await list();
    const reason = /^Retry….*platform engineers decide this/;
    expect(await screen.findByRole('button', { name: reason })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
    await userEvent.keyboard('jr');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('are a tab of the quarantine where there are any', async () => {
    await show({ at: '/' });
    await screen.findByRole('tab', { name: 'Runs (36)' });
    expect(screen.getByRole('tab', { name: 'Messages (5)' })).toHaveAttribute(
      'href',
      '/gitops-events/quarantine/messages',
    );
  });

  it('are counted without the rest of the overview', async () => {
    const withoutOverview = (api: GitopsEventsApi): GitopsEventsApi => ({
      async call(name: any, request: any) {
        if (name === 'getOverview') throw new Error('It is not asked for.');
        return (await api.call(name, request)) as any;
      },
    });
    await show({ at: '/', api: withoutOverview });
    await screen.findByRole('tab', { name: 'Messages (5)' });
  });

  it('are counted by the overview where the backend is of the version before', async () => {
    const older = (api: GitopsEventsApi): GitopsEventsApi => ({
      async call(name: any, request: any) {
        if (name === 'countQuarantine') {
          throw new ProblemError({
            ...{ type: 'about:blank', title: 'Bad Request', status: 400 },
            detail: 'params.id: Invalid string.',
          });
        }
        return (await api.call(name, request)) as any;
      },
    });
    await show({ at: '/', api: older });
    await screen.findByRole('tab', { name: 'Messages (5)' });
    expect(screen.getByRole('tab', { name: 'Runs (36)' })).toBeInTheDocument();
    expect(screen.queryByText(/Invalid string/)).not.toBeInTheDocument();
  });

  it('take no room in the quarantine where there is none', async () => {
    await show({ at: '/', world: { refused: [] } });
    await screen.findByText('36 waiting');
    expect(screen.queryByRole('tab')).not.toBeInTheDocument();
  });

  it('say what would wait here where none does', async () => {
    await show({ world: { refused: [] } });
    expect(
      await screen.findByText('No refused message waits'),
    ).toBeInTheDocument();
  });

  it('are not told to who may not see them', async () => {
    const withoutMessages = (api: GitopsEventsApi): GitopsEventsApi => ({
      async call(name: any, request: any) {
        if (name === 'listRefusedMessages') return { items: [] };
        const answer: any = await api.call(name, request);
        return name === 'countQuarantine'
          ? { ...answer, refusedMessages: undefined }
          : answer;
      },
    });
    await show({ api: withoutMessages });
    expect(
      await screen.findByText('You may not see refused messages.'),
    ).toBeInTheDocument();
    expect(screen.queryByRole('tab')).not.toBeInTheDocument();
  });
});
