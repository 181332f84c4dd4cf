import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryApi } from '../../dev/memoryApi';
import { createWorld } from '../../dev/world';
import { renderPage } from '../../dev/renderPage';
import { QuarantinePage } from './QuarantinePage';

const denied = /^31 ×\s?Policy “max 3 replicas in staging” denied it/;

async function setup(at = '/') {
  const api = createMemoryApi({
    world: createWorld(Date.now()),
    latencyMs: 0,
  });
  await renderPage({ api, page: <QuarantinePage />, at });
  await screen.findByText(/waiting/);
}

describe('QuarantinePage', () => {
  it('groups what is held by cause', async () => {
    await setup();
    const list = screen.getByRole('list', { name: 'What is held, by cause' });
    expect(within(list).getAllByRole('listitem')).toHaveLength(3);
    expect(
      within(list).getByRole('button', { name: denied }),
    ).toBeInTheDocument();
    expect(screen.getByText('36 waiting')).toBeInTheDocument();
  });

  it('releases what it can, says what failed and keeps it selected', async () => {
    await setup();
    await userEvent.click(
      screen.getByRole('checkbox', { name: /^Select 31 held/ }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Release 31…' }));
    const dialog = await screen.findByRole('dialog', {
      name: 'Release 31 runs?',
    });
    expect(dialog).toHaveTextContent('Policy judges each again');
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Release 31' }),
    );
    // The example API refuses those that ask for 8 replicas.
    expect(
      await within(dialog).findByText(
        /25 of 31 released; 6 could not be and stay selected/,
      ),
    ).toBeInTheDocument();
    expect(
      within(dialog).getAllByRole('row', {
        name: 'replicas in apps/shop-web/values.yaml 8 5',
      }),
    ).toHaveLength(6);
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Close' }),
    );
    expect(
      await screen.findByRole('button', { name: 'Release 6…' }),
    ).toBeInTheDocument();
  }, 20_000);

  it('does not discard without a comment', async () => {
    await setup();
    await userEvent.keyboard('jd');
    const dialog = await screen.findByRole('dialog', {
      name: 'Discard 1 run?',
    });
    const discard = within(dialog).getByRole('button', { name: 'Discard' });
    expect(discard).toBeDisabled();
    await userEvent.type(within(dialog).getByRole('textbox'), 'Fixed by hand');
    await userEvent.click(discard);
    expect(
      await within(dialog).findByText('It was discarded.'),
    ).toBeInTheDocument();
  });

  it('says why a button cannot be used', async () => {
    await setup();
    expect(
      screen.getByRole('button', {
        name: /^Release….*Not possible: Select what to decide first/,
      }),
    ).toHaveAttribute('aria-disabled', 'true');
  });

  it('shows why, the event and what would change of the cause in the address', async () => {
    await setup(
      `/?cause=${encodeURIComponent('scale-on-load change policyDenied')}`,
    );
    const panel = await screen.findByRole('region', { name: 'Selected cause' });
    expect(
      await within(panel).findByText('io.prometheus.query.crossed'),
    ).toBeInTheDocument();
    expect(
      await within(panel).findByText(/staging allows 3/),
    ).toBeInTheDocument();
    expect(
      await within(panel).findByRole('region', {
        name: /Changes of apps\/shop-web/,
      }),
    ).toBeInTheDocument();
  });

  it('compares an older value with the newer one, and puts it there once confirmed', async () => {
    await setup('/?group=none');
    const [row] = screen
      .getAllByRole('listitem')
      .filter(item => item.textContent?.includes('to 8 replicas'));
    await userEvent.click(within(row).getByRole('checkbox'));
    await userEvent.keyboard('r');
    const dialog = await screen.findByRole('dialog', {
      name: 'Release 1 run?',
    });
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Release' }),
    );
    expect(
      await within(dialog).findByText(/a newer value is there/),
    ).toBeInTheDocument();
    expect(
      within(dialog).getByRole('row', {
        name: 'replicas in apps/shop-web/values.yaml 8 5',
      }),
    ).toBeInTheDocument();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Put the older value there' }),
    );
    expect(
      await within(dialog).findByText('It was released.'),
    ).toBeInTheDocument();
  });

  it('comments on the row that has the focus, by key, as often as one likes', async () => {
    await setup();
    await userEvent.keyboard('jc');
    const field = await screen.findByRole('textbox', { name: 'Add a comment' });
    expect(field).toHaveFocus();
    await userEvent.type(field, 'Asked the team{Enter}');
    expect(await screen.findByText('Asked the team')).toBeInTheDocument();
    field.blur();
    await userEvent.keyboard('c');
    expect(field).toHaveFocus();
  });

  it('lists its keys', async () => {
    await setup();
    await userEvent.keyboard('?');
    const help = await screen.findByRole('dialog', { name: 'Keyboard' });
    for (const words of ['Select the row', 'Release', 'Discard', 'Comment']) {
      expect(within(help).getByText(words)).toBeInTheDocument();
    }
  });
});
