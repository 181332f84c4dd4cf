import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryApi } from '../../../dev/memoryApi';
import { renderPage } from '../../../dev/renderPage';
import { createWorld } from '../../../dev/world';
import { SensorsRouter } from '../SensorsRouter';

async function open(at = '', options: { denied?: boolean } = {}) {
  await renderPage({
    api: createMemoryApi({ world: createWorld(Date.now()), latencyMs: 0 }),
    page: <SensorsRouter />,
    at: `/gitops-events/sensors/promote-image/test${at}`,
    path: '/gitops-events/sensors/*',
    denied: options.denied,
  });
}

const write = (label: string, text: string) =>
  fireEvent.change(screen.getByRole('textbox', { name: label }), {
    target: { value: text },
  });

describe('SensorBench', () => {
  it('tests a past event as soon as it is chosen, and says what each expression came to', async () => {
    await open();
    expect(
      await screen.findByRole('heading', { name: /Would it fire/ }),
    ).toBeInTheDocument();
    const [latest] = await screen.findAllByRole('radio', {
      name: 'shop/api:latest, Not matched',
    });
    await userEvent.click(latest);

    const outcome = await screen.findByRole('region', { name: 'Outcome' });
    expect(outcome).toHaveTextContent('It would not fire');
    expect(outcome).toHaveTextContent('tag was "latest"');
    const values = screen.getByRole('region', {
      name: 'What each expression came to',
    });
    expect(within(values).getAllByRole('row').at(-1)).toHaveTextContent(
      'event.data.resources[0].tag"latest"',
    );
  });

  it('takes a copy of a past event, changed, to the files it would write', async () => {
    await open('?event=own');
    write('Event', '{ "type": "harbor.artifact.pushed" ');
    expect(
      await screen.findByRole('button', { name: /Test.*This is no JSON yet/ }),
    ).toHaveAttribute('aria-disabled', 'true');

    write('Event', '{ "data": { "resources": [{ "tag": "1.9.0" }] } }');
    await userEvent.click(screen.getByRole('button', { name: 'Test' }));

    expect(
      await screen.findByText('It would fire: Promote image shop/api:1.9.0'),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('region', { name: /Changes of apps\/shop-api/ }),
    ).toHaveTextContent('1.9.0');
    expect(screen.getByText(/It would merge by itself/)).toBeInTheDocument();
  });

  it('says until when the run would wait at a chosen time', async () => {
    await open('?event=own');
    write('Event', '{ "data": { "resources": [{ "tag": "1.9.0" }] } }');
    fireEvent.change(screen.getByLabelText('As if it came'), {
      target: { value: '2026-11-21T12:00' },
    });
    await userEvent.click(screen.getByRole('button', { name: 'Test' }));
    const outcome = await screen.findByRole('region', { name: 'Outcome' });
    expect(outcome).toHaveTextContent(
      'It would fire: Promote image shop/api:1.9.0, and its run would wait',
    );
    expect(outcome).toHaveTextContent('Waits until Monday, 00:00 UTC');

    fireEvent.change(screen.getByLabelText('As if it came'), {
      target: { value: '' },
    });
    await userEvent.click(screen.getByRole('button', { name: 'Test' }));
    await waitFor(() => expect(outcome).not.toHaveTextContent('Waits until'));
  });

  it('says by line what is wrong with a changed rule', async () => {
    await open('?event=own');
    write('Event', '{ "data": { "resources": [{ "tag": "1.9.0" }] } }');
    await userEvent.click(screen.getByRole('combobox', { name: 'Rule' }));
    await userEvent.click(
      screen.getByRole('option', { name: /newest text, to be mended/ }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Test' }));
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Line 17: Unknown field maxage',
    );

    const text = screen.getByRole<HTMLTextAreaElement>('textbox', {
      name: 'Text of the rule',
    });
    write('Text of the rule', text.value.replace('maxage', 'maxAge'));
    await userEvent.click(screen.getByRole('button', { name: 'Test' }));
    expect(await screen.findByText(/It would fire/)).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('is for the owners of the sensor', async () => {
    await open('', { denied: true });
    expect(
      await screen.findByRole('heading', {
        name: 'You may not test this sensor',
      }),
    ).toBeInTheDocument();
  });
});
