import type {
  GitopsEventsClient,
  StopView,
} from '@gitops-events/plugin-gitops-events-common';

/** All stops in force, newest first. */
export async function readStops(
  client: Pick<GitopsEventsClient, 'call'>,
): Promise<StopView[]> {
  const stops: StopView[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.call('listStops', { query: { cursor } });
    stops.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return stops;
}
