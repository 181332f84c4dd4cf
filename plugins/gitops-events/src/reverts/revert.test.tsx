import type { RevertPreview } from '@gitops-events/plugin-gitops-events-common';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryApi } from '../../dev/memoryApi';
import { createWorld } from '../../dev/world';
import { renderPage } from '../../dev/renderPage';
import { ChangePage } from '../changes/ChangePage';
import { QuarantinePage } from '../quarantine/QuarantinePage';

async function openChange(
  title: string,
  shown: (preview: RevertPreview) => RevertPreview = preview => preview,
) {
  const api = createMemoryApi({ world: createWorld(Date.now()), latencyMs: 0 });
  const { call } = api as { call: (...given: any[]) => Promise<any> };
  Object.assign(api, {
    call: async (name: string, request: any) =>
      name === 'previewRevert'
        ? shown(await call(name, request))
        : call(name, request),
  });
  const { items } = await api.call('listChanges', { query: { text: title } });
  const [{ id, members }] = items;
  await renderPage({ api, page: <ChangePage />, at: `/${id}`, path: ':id' });
  await userEvent.click(
    await screen.findByRole('button', { name: /^Revert .*…$/ }),
  );
  const dialog = await screen.findByRole('dialog', { name: /^Revert “/ });
  await within(dialog).findByRole('textbox', { name: /^Comment/ });
  return { api, id, runId: members[0].runId, dialog };
}

const revertButton = (dialog: HTMLElement) =>
  within(dialog).getByRole('button', { name: 'Revert' });

describe('Revert', () => {
  it('shows what is written and held, asks why, and then who did it', async () => {
    const { api, id, dialog } = await openChange('shop/api:1.8.1');
    expect(dialog).toHaveTextContent('main of deployments: merged by itself.');
    expect(dialog).toHaveTextContent('apps/shop-api/values.yaml');
    expect(dialog).toHaveTextContent(
      'are held until somebody states the root cause',
    );
    expect(revertButton(dialog)).toBeDisabled();
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /^Comment/ }),
      'It crashes.',
    );
    await userEvent.click(revertButton(dialog));

    expect(await screen.findByText(/^Reverted by/)).toBeInTheDocument();
    const { members } = await api.call('getChange', { params: { id } });
    expect(members[0].revert).toMatchObject({ comment: 'It crashes.' });

    const state = await screen.findByRole('button', {
      name: 'State the root cause…',
    });
    expect(
      screen.queryByRole('button', { name: /^Revert .*…$/ }),
    ).not.toBeInTheDocument();
    await userEvent.click(state);
    const asked = await screen.findByRole('dialog', {
      name: 'State the root cause?',
    });
    await userEvent.type(
      within(asked).getByRole('textbox', { name: 'Root cause' }),
      'A bad base image.',
    );
    await userEvent.click(
      within(asked).getByRole('button', { name: 'State it' }),
    );
    expect(await screen.findByText(/A bad base image\./)).toBeInTheDocument();
  }, 20_000);

  it('does not go on before each place that was changed since is decided', async () => {
    const { dialog } = await openChange('shop/web:4.0.39');
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /^Comment/ }),
      'Bad.',
    );
    const group = within(dialog).getByRole('radiogroup', {
      name: 'Changed since: image.tag in apps/shop-web/values.yaml',
    });
    expect(dialog).toHaveTextContent('There now4.0.40');
    expect(revertButton(dialog)).toBeDisabled();
    await userEvent.click(
      within(group).getByRole('radio', { name: 'Keep what is there now' }),
    );
    // Nothing would be written then.
    expect(revertButton(dialog)).toBeDisabled();
    await userEvent.click(
      within(group).getByRole('radio', {
        name: 'Write what was there before the run',
      }),
    );
    expect(revertButton(dialog)).toBeEnabled();
  }, 20_000);

  it('shows each part of a run that wrote in several steps, and that it is cancelled first', async () => {
    const { dialog } = await openChange('shop/api:1.8.1', preview => ({
      ...preview,
      cancels: true,
      changes: [
        ...preview.changes,
        { ...preview.changes[0], refused: 'Policy denies it: no.' },
      ],
    }));
    expect(dialog).toHaveTextContent('It is still under way, and is cancelled');
    const parts = within(dialog).getAllByRole('region', {
      name: /^What it writes to/,
    });
    expect(parts).toHaveLength(2);
    expect(parts[0]).toHaveTextContent('1. main of deployments: merged by');
    expect(parts[1]).toHaveTextContent('2. main of deployments: it would be');
    expect(parts[1]).toHaveTextContent('Policy denies it: no.');
  }, 20_000);

  it('forgets what was chosen once something else stands there', async () => {
    const { api, dialog } = await openChange('shop/web:4.0.39');
    const { call } = api as { call: (...given: any[]) => Promise<any> };
    Object.assign(api, {
      async call(name: string, request: any) {
        if (name === 'previewRevert') {
          return { ...(await call(name, request)), digest: 'another' };
        }
        return call(
          name,
          name === 'revertRun'
            ? { ...request, body: { ...request.body, digest: 'old' } }
            : request,
        );
      },
    });
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /^Comment/ }),
      'Bad.',
    );
    const write = () =>
      within(dialog).getByRole('radio', {
        name: 'Write what was there before the run',
      });
    await userEvent.click(write());
    await userEvent.click(revertButton(dialog));
    expect(
      await within(dialog).findByText(/changed since you looked/),
    ).toBeInTheDocument();
    await waitFor(() => expect(write()).not.toBeChecked());
    expect(revertButton(dialog)).toBeDisabled();
  }, 20_000);

  it('keeps the dialog and says so where somebody was faster', async () => {
    const { api, runId, dialog } = await openChange('shop/api:1.8.1');
    const { digest } = await api.call('previewRevert', {
      params: { id: runId },
    });
    await api.call('revertRun', {
      params: { id: runId },
      body: { digest, comment: 'First.' },
    });
    await userEvent.type(
      within(dialog).getByRole('textbox', { name: /^Comment/ }),
      'Second.',
    );
    await userEvent.click(revertButton(dialog));
    expect(
      await within(dialog).findByText(/took it back already/),
    ).toBeInTheDocument();
  }, 20_000);

  it('releases what it holds only once the root cause is stated, from the quarantine', async () => {
    const api = createMemoryApi({
      world: createWorld(Date.now()),
      latencyMs: 0,
    });
    const { items } = await api.call('listChanges', {
      query: { text: 'shop/api:1.8.1' },
    });
    const id = items[0].members[0].runId;
    const { digest } = await api.call('previewRevert', { params: { id } });
    await api.call('revertRun', {
      params: { id },
      body: { digest, comment: 'It crashes.' },
    });
    await renderPage({
      api,
      page: <QuarantinePage />,
      at: `/?cause=${encodeURIComponent('promote-image change reverted')}`,
    });
    const panel = await screen.findByRole('region', { name: 'Selected cause' });
    expect(
      await within(panel).findByRole('button', {
        name: 'Release. Not possible: State the root cause of the revert first.',
      }),
    ).toBeInTheDocument();
    await userEvent.click(
      within(panel).getByRole('button', { name: 'State the root cause…' }),
    );
    const asked = await screen.findByRole('dialog');
    await userEvent.type(
      within(asked).getByRole('textbox', { name: 'Root cause' }),
      'A bad base image.',
    );
    await userEvent.click(
      within(asked).getByRole('button', { name: 'State it' }),
    );
    expect(
      await within(panel).findByRole('button', { name: 'Release' }),
    ).toBeEnabled();
  }, 20_000);
});
