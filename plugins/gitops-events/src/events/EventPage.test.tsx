import { screen } from '@testing-library/react';
import { createMemoryApi } from '../../dev/memoryApi';
import { renderPage } from '../../dev/renderPage';
import { createWorld } from '../../dev/world';
import type { GitopsEventsApi } from '../api/gitopsEventsApi';
import { EventPage } from './EventPage';

async function show(more: object) {
  const world = createWorld(Date.now());
  const memory = createMemoryApi({ world, latencyMs: 0 });
  const { items } = await memory.call('listEvents');
  const api = {
    async call(name: any, request: any) {
      const answer: any = await memory.call(name, request);
      return name === 'getEvent' ? { ...answer, ...more } : answer;
    },
  } as GitopsEventsApi;
  const at = `/${items[0].uid}`;
  await renderPage({ api, page: <EventPage />, at, path: '/:uid' });
  return screen.findByLabelText('Payload', { selector: 'pre' });
}

describe('the page of an event', () => {
  it('says what of a long payload is left out', async () => {
    const payload = await show({
      dataLeftOut: ['`log`: the first 4,000 of 12,310 characters are shown.'],
    });
    expect(payload.parentElement).toHaveTextContent(
      'This is not all of it.log: the first 4,000 of 12,310 characters are shown.',
    );
  });

  it('says nothing where it is whole', async () => {
    await show({});
    expect(screen.queryByText('This is not all of it.')).toBeNull();
  });
});
