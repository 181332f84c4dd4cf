import {
  ProblemError,
  type RouteName,
} from '@gitops-events/plugin-gitops-events-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryApi } from '../../dev/memoryApi';
import { renderPage } from '../../dev/renderPage';
import { createWorld } from '../../dev/world';
import type { GitopsEventsApi } from '../api/gitopsEventsApi';
import { SensorsRouter } from './SensorsRouter';

/** The example API, but `failing` answers with a problem. */
async function open(at: string, failing?: RouteName, status = 500) {
  const memory = createMemoryApi({
    world: createWorld(Date.now()),
    latencyMs: 0,
  });
  const call = async (name: RouteName, request: never) => {
    if (name === failing) {
      const detail = 'Ask its owner to let you see it.';
      throw new ProblemError({ type: '', title: '', status, detail });
    }
    return memory.call(name, request);
  };
  await renderPage({
    api: { call } as unknown as GitopsEventsApi,
    page: <SensorsRouter />,
    at: `/gitops-events/sensors/${at}`,
    path: '/gitops-events/sensors/*',
  });
}

describe('SensorPage', () => {
  it('has an address for each tab, and shows what an unknown one cannot', async () => {
    await open('promote-image/nothing');
    const tab = await screen.findByRole('tab', { name: 'Flow' });
    expect(tab).toHaveAttribute('aria-selected', 'true');
    for (const [name, path] of [
      ['Decisions', 'decisions'],
      ['Test bench', 'test'],
      ['Source', 'source'],
      ['Revisions', 'revisions'],
    ]) {
      expect(screen.getByRole('tab', { name })).toHaveAttribute(
        'href',
        `/gitops-events/sensors/promote-image/${path}`,
      );
    }
  });

  it('draws the flow with what went each way; read in order it makes sense', async () => {
    await open('slo-remediation');
    const stages = await screen.findAllByRole('region', {
      name: /Listens to|Decides|Then runs/,
    });
    await waitFor(() =>
      expect(stages.map(({ textContent }) => textContent).join(' ')).toMatch(
        new RegExp(
          [
            'degradedbrought by alertmanager.*deployed.*mutedbrought by anybody',
            'degraded && deployed && !muted.*12 while it was paused',
            '1. syncsync:request.*Done',
          ].join('.*'),
        ),
      ),
    );
    expect(
      screen.getByRole('link', { name: /while it was paused/ }),
    ).toHaveAttribute(
      'href',
      '/gitops-events/sensors/slo-remediation/decisions?outcome=suppressed&code=paused',
    );
  });

  it('tells how often an observing sensor would have been right', async () => {
    await open('audit-trail');
    expect(
      await screen.findByText(
        '93 % of 44 runs: the branch came to hold the same',
      ),
    ).toBeVisible();
  });

  it('says what is not decided yet, and before it holds events that it may not remember much more', async () => {
    await open('app-provisioning');
    expect(await screen.findByText('350 events')).toBeVisible();
    const notice = screen.getByText(/231,406 of 250,000/);
    expect(notice.closest('[role=alert]')).toHaveTextContent(
      /When it is full, events that need another one are held.*sensorKeys/,
    );
  });

  it('tells on top why most events did not fire, and lists one reason alone', async () => {
    await open('promote-image/decisions');
    const summary = await screen.findByRole('region', {
      name: 'Last 24 hours',
    });
    expect(summary).toHaveTextContent(
      /220 of 226 events did not fire in the last 24 hours/,
    );
    const all = await screen.findByRole('list', { name: 'Decisions' });
    expect(within(all).getAllByText('Fired').length).toBeGreaterThan(0);

    const duplicates = within(summary).getByRole('button', {
      name: /^6\s?repeats of one that fired/,
    });
    await userEvent.click(duplicates);
    await waitFor(() =>
      expect(
        within(screen.getByRole('list', { name: 'Decisions' })).getAllByRole(
          'listitem',
        ),
      ).toHaveLength(6),
    );
    expect(duplicates).toHaveAttribute('aria-pressed', 'true');
    expect(screen.getAllByText(/which has the same key/)).not.toHaveLength(0);

    await userEvent.click(screen.getByRole('button', { name: 'Clear' }));
    await userEvent.click(screen.getByRole('combobox', { name: 'Outcome' }));
    await userEvent.click(screen.getByRole('option', { name: 'Not fired' }));
    await waitFor(() =>
      expect(
        within(screen.getByRole('list', { name: 'Decisions' })).queryByText(
          'Fired',
        ),
      ).not.toBeInTheDocument(),
    );
  });

  it('shows the refused text beside the active one, and a problem leads to its line', async () => {
    await open('promote-image/source');
    const refused = await screen.findByRole('region', {
      name: 'Refused source',
    });
    const active = screen.getByRole('region', { name: 'Active source' });
    expect(refused).toHaveTextContent('maxage: 30m');
    expect(active).toHaveTextContent('maxAge: 1h');

    await userEvent.click(screen.getByRole('link', { name: /Line 17/ }));

    expect(document.activeElement).toHaveTextContent(
      /^17\+\s*maxage: 30m.*Unknown field maxage/,
    );
    expect(refused).toContainElement(document.activeElement as HTMLElement);
  });

  it('compares a revision with the one before, or with a chosen one', async () => {
    await open('promote-image/revisions');
    const changes = await screen.findByRole('region', { name: 'Changes' });
    expect(
      await within(changes).findByText('maxAge: 30m', { exact: false }),
    ).toBeInTheDocument();

    await userEvent.click(
      within(changes).getByRole('combobox', { name: /Compared with/ }),
    );
    await userEvent.click(screen.getByRole('option', { name: 'Revision 1' }));
    expect(
      await within(changes).findByText('maxAge: 10m', { exact: false }),
    ).toBeInTheDocument();

    await userEvent.click(screen.getByRole('button', { name: /^Revision 1/ }));
    expect(
      await within(changes).findByText(/no earlier one/),
    ).toBeInTheDocument();
  });

  it.each([
    ['tenant-onboarding', 'There is nothing to draw yet'],
    ['tenant-onboarding/revisions', 'No text of it was ever active'],
    ['tenant-onboarding/decisions', 'No event has come to it yet'],
    ['audit-trail/decisions?outcome=suppressed', 'It said this to no event'],
  ])('says at %s why nothing is there', async (at, title) => {
    await open(at);
    expect(
      await screen.findByRole('heading', { name: title }),
    ).toBeInTheDocument();
  });

  it.each([
    ['decisions', 'listDecisions', 500],
    ['revisions', 'getSensorRevision', 500],
    ['decisions', 'getSensor', 403],
  ] as const)(
    'says at %s what to do when %s fails',
    async (tab, route, status) => {
      await open(`promote-image/${tab}`, route, status);
      const alert = await screen.findByRole('alert');
      expect(alert).toHaveTextContent('Ask its owner to let you see it.');
      expect(
        within(alert).getByRole('button', { name: 'Try again' }),
      ).toBeInTheDocument();
    },
  );

  it('pauses with a reason, and resumes', async () => {
    await open('promote-image');
    await userEvent.click(await screen.findByRole('button', { name: 'Pause' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(
      within(dialog).getByRole('textbox'),
      'Registry is being moved',
    );
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Pause' }),
    );
    expect(
      await screen.findByRole('button', { name: 'Resume' }),
    ).toBeInTheDocument();
  });

  it('says why runs wait for the circuit breaker, and closes it', async () => {
    await open('scale-on-load');
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent(
      /breaker is open, after 5 failures .* for shop-web.*one tries in 11 min/,
    );
    await userEvent.click(
      within(alert).getByRole('button', { name: 'Close it now' }),
    );
    await userEvent.click(
      within(await screen.findByRole('dialog')).getByRole('button', {
        name: 'Close it',
      }),
    );
    await waitFor(() =>
      expect(screen.queryByRole('alert')).not.toBeInTheDocument(),
    );
  });
});
