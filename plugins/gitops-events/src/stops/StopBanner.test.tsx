import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryApi } from '../../dev/memoryApi';
import { createWorld } from '../../dev/world';
import { renderPage } from '../../dev/renderPage';
import { OverviewPage } from '../overview/OverviewPage';

const show = async (denied: boolean) => {
  const api = createMemoryApi({ world: createWorld(Date.now()), latencyMs: 0 });
  const page = <OverviewPage />;
  return {
    api,
    render: () => renderPage({ api, page, at: '/', denied }),
  };
};

describe('the stop switch', () => {
  it('stops with a reason, says so to everybody, and lets go on with a comment', async () => {
    const { api, render } = await show(false);
    await render();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Stop writing…' }),
    );
    const dialog = await screen.findByRole('dialog');
    const confirm = within(dialog).getByRole('button', {
      name: 'Stop writing',
    });
    expect(confirm).toBeDisabled();
    await userEvent.type(
      within(dialog).getByLabelText('Reason'),
      'Registry compromised',
    );
    await userEvent.click(confirm);

    expect(await screen.findByRole('alert')).toHaveTextContent(
      /All writing is stopped by pia, .*: Registry compromised/,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Let it go on' }));
    const lifting = await screen.findByRole('dialog');
    const go = within(lifting).getByRole('button', { name: 'Let it go on' });
    expect(go).toBeDisabled();
    await userEvent.type(within(lifting).getByLabelText('Comment'), 'Rotated');
    await userEvent.click(go);
    expect((await api.call('listStops')).items).toEqual([]);
  });

  it('names one thing where only that is stopped', async () => {
    const { api, render } = await show(false);
    await render();
    await userEvent.click(
      await screen.findByRole('button', { name: 'Stop writing…' }),
    );
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('combobox'));
    await userEvent.click(
      await screen.findByRole('option', { name: 'Writing for one tenant' }),
    );
    await userEvent.type(within(dialog).getByLabelText('Reason'), 'Asked to');
    const confirm = within(dialog).getByRole('button', {
      name: 'Stop writing',
    });
    expect(confirm).toBeDisabled();
    await userEvent.type(
      within(dialog).getByLabelText('Name of the tenant'),
      'acme',
    );
    await userEvent.click(confirm);
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Writing for tenant acme is stopped',
    );
    const { items } = await api.call('listStops');
    expect(items[0].scope).toEqual({ kind: 'tenant', name: 'acme' });
  });

  it('shows a stop to those who may not set one, and offers nothing', async () => {
    const { api, render } = await show(true);
    await api.call('setStop', {
      body: { scope: { kind: 'all' }, reason: 'Registry compromised' },
    });
    await render();
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'All writing is stopped',
    );
    expect(
      screen.queryByRole('button', { name: /Stop writing|Let it go on/ }),
    ).not.toBeInTheDocument();
  });
});
