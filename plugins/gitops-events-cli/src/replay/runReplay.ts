import { setTimeout as sleep } from 'node:timers/promises';
import {
  type GitopsEventsClient,
  type ReplayFinding,
  type ReplayView,
  type RouteInput,
  type routes,
} from '@gitops-events/plugin-gitops-events-common';

/** A replay that has ended, or stands still, and what it found. */
export interface Replayed {
  replay: ReplayView;
  findings: ReplayFinding[];
}

/** How often it is looked at. Milliseconds. */
const lookMs = 500;

/**
 * Starts a replay and waits until it no longer runs. It runs in the portal: who
 * ends this command, ends only the waiting.
 *
 * @throws ProblemError for what the portal refuses
 */
export async function runReplay(
  client: Pick<GitopsEventsClient, 'call'>,
  body: RouteInput<(typeof routes)['createReplay']>['body'],
): Promise<Replayed> {
  let replay = await client.call('createReplay', { body });
  const params = { id: replay.id };
  while (replay.state === 'running') {
    await sleep(lookMs);
    replay = await client.call('getReplay', { params });
  }
  const findings: ReplayFinding[] = [];
  let cursor: string | undefined;
  do {
    const query = { cursor, limit: 200 };
    const page = await client.call('listReplayFindings', { params, query });
    findings.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { replay, findings };
}
