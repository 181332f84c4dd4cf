import { readFile } from 'node:fs/promises';
import { command } from 'cleye';
import type {
  ReplayEvents,
  RouteInput,
  routes,
} from '@gitops-events/plugin-gitops-events-common';
import { exitCodes, UserError } from '../exitCodes';
import { renderHelp } from '../help';
import { portalClient, urlFlag } from '../portal/portalClient';
import { runReplay, type Replayed } from '../replay/runReplay';
import { findingLines, replayLines } from '../replay/lines';
import type { Terminal } from '../terminal';

const flags = {
  url: urlFlag,
  sensor: {
    type: String,
    placeholder: '<name>',
    description: 'A loaded sensor, instead of a file',
  },
  revision: {
    type: Number,
    placeholder: '<n>',
    description: 'Of that sensor; the active one by default',
  },
  since: {
    type: String,
    placeholder: '<time>',
    description: 'Such as 24h, 7d or 2026-01-05T10:00:00Z; 24h by default',
  },
  until: {
    type: String,
    placeholder: '<time>',
    description: 'As since; now by default',
  },
  event: {
    type: [String],
    placeholder: '<id>',
    description: 'Events by their id in the portal, instead of a time',
  },
  type: {
    type: String,
    placeholder: '<type>',
    description: 'Events of that type alone, or io.example.*',
  },
  filter: {
    type: String,
    placeholder: '<cel>',
    description: 'Events for which this is true',
  },
  said: {
    type: String,
    placeholder: '<outcome>',
    description: 'Events that the sensor fired on, or notFired, held, ...',
  },
  perSecond: {
    type: Number,
    placeholder: '<n>',
    description: 'So many events a second at most',
  },
  real: {
    type: Boolean,
    description: 'Make runs, instead of telling what would be',
  },
  redirect: {
    type: String,
    placeholder: '<environment>',
    description: 'Make runs that land there instead',
  },
  cluster: {
    type: String,
    placeholder: '<name>',
    description: 'Of the target to redirect to, where the sensor names one',
  },
  tenant: {
    type: String,
    placeholder: '<name>',
    description: 'As cluster',
  },
  json: {
    type: Boolean,
    description: 'Print one JSON document instead of lines',
  },
} as const;

export const replayCommand = (
  terminal: Terminal,
  run: (work: () => Promise<number>) => Promise<void>,
) =>
  command(
    {
      name: 'replay',
      parameters: ['[file]'],
      flags,
      help: {
        description:
          'Decide stored events of a portal again and tell what is different; exits with 1 when something is. The token stands in GITOPS_EVENTS_TOKEN',
        examples: [
          'gitops-events replay sensors/promote-image.yaml --since 7d',
          'gitops-events replay --sensor promote-image --revision 3',
          'gitops-events replay --sensor promote-image --since 2h --said notFired --real',
          'gitops-events replay --sensor promote-image --since 7d --redirect staging',
        ],
        render: renderHelp,
      },
    },
    ({ _: { file }, flags: asked }) =>
      run(async () => {
        const replayed = await runReplay(
          portalClient('replay this sensor', asked.url),
          {
            ...(await ruleOf(file, asked)),
            events: eventsOf(asked),
            ...modeOf(asked),
            perSecond: asked.perSecond,
          },
        );
        tell(terminal, replayed, asked.json ?? false);
        return codeOf(replayed);
      }),
  );

interface Asked {
  sensor?: string;
  revision?: number;
  since?: string;
  until?: string;
  event: string[];
  type?: string;
  filter?: string;
  said?: string;
  real?: boolean;
  redirect?: string;
  cluster?: string;
  tenant?: string;
}

type ReplayRequest = NonNullable<
  RouteInput<(typeof routes)['createReplay']>['body']
>;

async function ruleOf(
  file: string | undefined,
  { sensor, revision }: Asked,
): Promise<{ yaml: string } | { sensor: string; revision?: number }> {
  if ((file === undefined) === (sensor === undefined)) {
    throw new UserError('Give a file, or the name of a sensor with --sensor.');
  }
  if (sensor !== undefined) return { sensor, revision };
  const yaml = await readFile(file!, 'utf8').catch(() => undefined);
  if (yaml === undefined) throw new UserError(`${file} cannot be read.`);
  return { yaml };
}

function modeOf(asked: Asked): Pick<ReplayRequest, 'mode' | 'target'> {
  const { real, redirect: environment, cluster, tenant } = asked;
  if (environment === undefined) {
    if (cluster !== undefined || tenant !== undefined) {
      throw new UserError(
        'Say with --redirect which environment the cluster or tenant is of.',
      );
    }
    return { mode: real ? 'real' : 'dry' };
  }
  if (real) {
    throw new UserError(
      'Give --real to land where the sensor says, or --redirect to land elsewhere.',
    );
  }
  return { mode: 'redirected', target: { environment, cluster, tenant } };
}

function eventsOf(asked: Asked, now = Date.now()): ReplayEvents {
  const { event: uids, type, filter, said, since = '24h', until } = asked;
  return {
    ...(uids.length > 0
      ? { uids }
      : {
          from: timeOf(since, now),
          to: until === undefined ? undefined : timeOf(until, now),
        }),
    type,
    filter,
    // The server says which there are.
    said: said as ReplayEvents['said'],
  };
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function timeOf(text: string, now: number): string {
  const ago = /^(\d{1,5})([mhd])$/.exec(text);
  const at = ago
    ? now - Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs]
    : Date.parse(text);
  if (!Number.isFinite(at)) {
    throw new UserError(
      `"${text}" is no time; write one such as 24h, 7d or 2026-01-05T10:00:00Z.`,
    );
  }
  return new Date(at).toISOString();
}

function tell(terminal: Terminal, replayed: Replayed, json: boolean): void {
  if (json) {
    terminal.print(JSON.stringify(replayed, null, 2));
    return;
  }
  for (const finding of replayed.findings) {
    for (const line of findingLines(finding)) terminal.print(line);
  }
  for (const line of replayLines(replayed.replay)) terminal.print(line);
}

function codeOf({ replay: { state, progress } }: Replayed): number {
  if (state !== 'done') return exitCodes.unable;
  const { firesNow, noLongerFires, other } = progress;
  return firesNow + noLongerFires + other > 0
    ? exitCodes.found
    : exitCodes.fine;
}
