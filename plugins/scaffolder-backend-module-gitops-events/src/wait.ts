import { setTimeout as sleep } from 'node:timers/promises';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  ProblemError,
  type GitopsEventsClient,
} from '@gitops-events/plugin-gitops-events-common';
import type { ClientFor } from './client';
import { eventLink } from './links';
import { standingOf, type Standing } from './standing';

/** A task occupies one of the scaffolder's ten places, so it waits briefly. */
const mostSeconds = 300;
const backoff = { firstMs: 200, factor: 1.5, mostMs: 2000 };

/** Waits until machines are done with an event; never for a person. */
export function createWaitAction(options: { clientFor: ClientFor }) {
  return createTemplateAction({
    id: 'gitops-events:wait',
    description:
      'Waits until an event is settled. Ends at once when a person is asked, and with the status `pending` when the time is up; the timeline goes on without the task.',
    schema: {
      input: {
        eventUid: z =>
          z
            .string()
            .regex(/^[0-9a-f]{32}$/)
            .describe('From `gitops-events:publish`.'),
        timeout: z =>
          z
            .number()
            .min(1)
            .max(mostSeconds)
            .default(60)
            .describe('Seconds, 300 at most.'),
      },
      output: {
        status: z =>
          z
            .string()
            .describe(
              'How the run ended (`applied`, `done`, `alreadySo`, `superseded`, `cancelled`, `discarded`), or `notMatched`, `held`, `waiting` (for a person), `pending` (time is up).',
            ),
        sentence: z => z.string().describe('The same for a person.'),
        link: z => z.string().describe('Path of its timeline in the portal.'),
      },
    },
    async handler(ctx) {
      const { eventUid, timeout = 60 } = ctx.input;
      const link = eventLink(eventUid);
      ctx.output('link', link);
      const standing = await look({
        client: options.clientFor(await ctx.getInitiatorCredentials()),
        eventUid,
        deadline: performance.now() + timeout * 1000,
        signal: ctx.signal,
        say: sentence => ctx.logger.info(sentence),
      });
      if (standing.next === 'fail') throw new Error(standing.sentence);
      ctx.output('status', standing.status);
      ctx.output('sentence', standing.sentence);
      ctx.logger.info(standing.sentence);
      ctx.logger.info(`Follow it at ${link}`);
    },
  });
}

async function look(options: {
  client: GitopsEventsClient;
  eventUid: string;
  deadline: number;
  signal?: AbortSignal;
  say(sentence: string): void;
}): Promise<Exclude<Standing, { next: 'look again' }>> {
  const { client, eventUid, deadline, signal, say } = options;
  const said = new Set<string>();
  for (let pause = backoff.firstMs; ; pause = nextPause(pause)) {
    const group = await readGroup(client, eventUid, signal);
    for (const entry of group?.entries ?? []) {
      if (!said.has(entry.id)) say(entry.title);
      said.add(entry.id);
    }
    const standing = standingOf(group);
    if (standing.next !== 'look again') return standing;
    if (performance.now() + pause > deadline) {
      return {
        next: 'end',
        status: 'pending',
        sentence:
          'It takes longer than this task waits; it goes on without it.',
      };
    }
    await sleep(pause, undefined, { signal });
  }
}

function nextPause(pause: number): number {
  return Math.min(pause * backoff.factor, backoff.mostMs);
}

/** Undefined as well while the portal cannot say: it restarts, or has not read the event yet. */
async function readGroup(
  client: GitopsEventsClient,
  eventUid: string,
  signal: AbortSignal | undefined,
) {
  try {
    const { items } = await client.call('listTimeline', {
      query: { event: eventUid, limit: 1 },
      signal,
    });
    return items[0];
  } catch (error) {
    if (signal?.aborted || isFinal(error)) throw error;
    return undefined;
  }
}

function isFinal(error: unknown): boolean {
  const status =
    error instanceof ProblemError
      ? error.problem.status
      : (error as { statusCode?: number }).statusCode;
  return (
    status !== undefined && status < 500 && status !== 404 && status !== 429
  );
}
