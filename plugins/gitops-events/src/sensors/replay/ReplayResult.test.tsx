import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryApi } from '../../../dev/memoryApi';
import { renderPage } from '../../../dev/renderPage';
import { createWorld } from '../../../dev/world';
import { SensorsRouter } from '../SensorsRouter';

const minute = 60_000;

async function open(
  tab: string,
  options: { denied?: boolean; sensor?: string } = {},
) {
  const { sensor = 'promote-image', denied } = options;
  const clock = { at: Date.now() };
  const api = createMemoryApi({
    world: createWorld(clock.at),
    now: () => clock.at,
    latencyMs: 0,
  });
  await renderPage({
    api,
    page: <SensorsRouter />,
    at: `/gitops-events/sensors/${sensor}/${tab}`,
    path: '/gitops-events/sensors/*',
    denied,
  });
  return { clock, api };
}

const start = async () =>
  userEvent.click(
    await screen.findByRole('button', { name: 'Try against past events' }),
  );
const result = () =>
  screen.findByRole('region', { name: 'Against past events' });

describe('a rule against past events', () => {
  it('shows how far it is, then the sum and each event that is decided otherwise', async () => {
    const { clock } = await open('test');
    await start();
    const shown = await result();
    expect(await within(shown).findByRole('progressbar')).toBeInTheDocument();
    expect(await screen.findByText('Nothing so far')).toBeInTheDocument();

    clock.at += minute;
    await userEvent.click(within(shown).getByRole('button', { name: 'Pause' }));
    expect(
      await within(shown).findByText(
        '412 events: 3 fire now that did not, 1 no longer fires, 408 alike.',
      ),
    ).toBeInTheDocument();
    const list = await screen.findByRole('list', { name: 'Differences' });
    expect(within(list).getAllByText('Fires now')).toHaveLength(3);

    await userEvent.click(
      within(list).getAllByRole('button', { name: 'Show what it would do' })[0],
    );
    expect(
      within(list).getByRole('region', { name: /Changes of apps\/shop-api/ }),
    ).toBeInTheDocument();
    expect(within(list).getAllByRole('link')[0].getAttribute('href')).toMatch(
      /^\/gitops-events\/events\/[0-9a-f]{32}$/,
    );

    await userEvent.click(screen.getByRole('combobox', { name: 'Difference' }));
    await userEvent.click(
      screen.getByRole('option', { name: 'No longer fires (1)' }),
    );
    expect(await screen.findAllByText('No longer fires')).toHaveLength(1);
    expect(screen.queryByText('Fires now')).not.toBeInTheDocument();
  });

  it('is cancelled at a word, and what it found stays', async () => {
    const { clock } = await open('test');
    await start();
    clock.at += 2_000;
    await userEvent.click(
      await screen.findByRole('button', { name: 'Cancel' }),
    );

    const shown = await result();
    expect(await within(shown).findByText('Cancelled')).toBeVisible();
    expect(shown).toHaveTextContent(
      '120 events: 1 fires now that did not, 119 alike.',
    );
    expect(
      screen.queryByRole('button', { name: 'Cancel' }),
    ).not.toBeInTheDocument();
    expect(
      within(screen.getByRole('list', { name: 'Earlier replays' })).getByRole(
        'link',
        { name: 'Revision 4' },
      ),
    ).toBeInTheDocument();
  });

  it('runs what did not fire then, once a person says so', async () => {
    const { clock, api } = await open('test');
    await start();
    clock.at += minute;
    const asked = jest.spyOn(api, 'call');
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Run 3 events that did not fire then…',
      }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent(/Revision 4 decides them again/);
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Run them' }),
    );

    expect(
      await screen.findByText(/For real: each one that fires makes a run/),
    ).toBeInTheDocument();
    const [, request] = asked.mock.calls.find(
      ([name]) => name === 'createReplay',
    )!;
    expect(request).toMatchObject({
      body: {
        sensor: 'promote-image',
        mode: 'real',
        events: { from: expect.any(String), said: 'notFired' },
      },
    });
  });

  it('lets what fires land in the target that a person names', async () => {
    const { clock, api } = await open('test');
    await start();
    clock.at += minute;
    const asked = jest.spyOn(api, 'call');
    await userEvent.click(
      await screen.findByRole('button', { name: 'Redirect 45 events…' }),
    );
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(
      within(dialog).getByRole('combobox', { name: 'Environment' }),
    );
    await userEvent.click(screen.getByRole('option', { name: 'staging' }));
    // Half of a target is none.
    expect(
      within(dialog).getByRole('button', { name: 'Redirect them' }),
    ).toBeDisabled();
    await userEvent.type(within(dialog).getByLabelText('Cluster'), 'eu-2');
    await userEvent.click(
      within(dialog).getByRole('button', {
        name: 'Redirect them',
      }),
    );

    expect(
      await screen.findByText(/Redirected to staging, cluster eu-2: each one/),
    ).toBeInTheDocument();
    expect(
      asked.mock.calls.find(([name]) => name === 'createReplay')![1],
    ).toMatchObject({
      body: {
        sensor: 'promote-image',
        mode: 'redirected',
        target: { environment: 'staging', cluster: 'eu-2' },
        events: { from: expect.any(String), to: expect.any(String) },
      },
    });
  });

  it('lists the runs of a replay that makes some, each with where it would have landed', async () => {
    const at = Date.now();
    const world = createWorld(at);
    const clock = { at };
    const now = () => clock.at;
    const api = createMemoryApi({ world, now, latencyMs: 0 });
    const { id } = await api.call('createReplay', {
      body: {
        sensor: 'promote-image',
        mode: 'redirected',
        target: { environment: 'staging' },
        events: { from: new Date(at - minute).toISOString() },
      },
    });
    clock.at += minute;
    await renderPage({
      api,
      page: <SensorsRouter />,
      at: `/gitops-events/sensors/promote-image/test?replay=${id}`,
      path: '/gitops-events/sensors/*',
    });
    expect(
      await screen.findByText('1 held, 2 applied, 1 superseded'),
    ).toBeInTheDocument();
    const shown = await screen.findAllByText(
      /^Instead of production, cluster eu-1\./,
    );
    expect(shown).toHaveLength(4);
    expect(screen.queryByText('Everything as it was')).not.toBeInTheDocument();
  });

  it('says why a rule can land nowhere else', async () => {
    const { clock } = await open('test', { sensor: 'scale-on-load' });
    await start();
    clock.at += minute;
    await userEvent.click(
      await screen.findByRole('button', { name: 'Redirect 45 events…' }),
    );
    expect(
      await screen.findByText(/does the same whatever its target is/),
    ).toBeInTheDocument();
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('begins with another revision from the list of those', async () => {
    await open('revisions?revision=3');
    await start();
    expect(await result()).toHaveTextContent('Revision 3 against events of');
  });

  it('says by line what is wrong with a changed rule', async () => {
    const { api } = await open('test');
    const call = api.call.bind(api);
    jest.spyOn(api, 'call').mockImplementation(((name: string, asked: any) =>
      // What the backend says to both alike.
      call((name === 'createReplay' ? 'testSensors' : name) as never, {
        ...asked,
        ...(name === 'createReplay' && {
          body: { yaml: asked.body.yaml, events: [{ event: {} }] },
        }),
      })) as never);
    await userEvent.click(screen.getByRole('combobox', { name: 'Rule' }));
    await userEvent.click(
      screen.getByRole('option', { name: /newest text, to be mended/ }),
    );
    await start();
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Line 17: Unknown field maxage',
    );
  });

  it('tells what is wrong when there is no such replay', async () => {
    await open('test?replay=0123456789abcdef');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      /Not found.*There is no such replay/,
    );
  });

  it('is for the owners of the sensor', async () => {
    // Another sensor: what one may do is remembered for a moment.
    await open('revisions', { denied: true, sensor: 'app-provisioning' });
    const button = await screen.findByLabelText(
      /^Try against past events. Not possible: Only its owners/,
    );
    expect(button).toHaveAttribute('aria-disabled', 'true');
  });
});
