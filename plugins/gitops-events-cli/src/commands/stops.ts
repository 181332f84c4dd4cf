import { command } from 'cleye';
import {
  namesInWords,
  stopInWords,
  type StopView,
} from '@gitops-events/plugin-gitops-events-common';
import { exitCodes } from '../exitCodes';
import { renderHelp } from '../help';
import { portalClient, urlFlag } from '../portal/portalClient';
import { readStops } from '../stop/readStops';
import { shortId } from '../stop/shortId';
import type { Terminal } from '../terminal';

const flags = {
  url: urlFlag,
  json: {
    type: Boolean,
    description: 'Print one JSON document instead of lines',
  },
} as const;

export const stopsCommand = (
  terminal: Terminal,
  run: (work: () => Promise<number>) => Promise<void>,
) =>
  command(
    {
      name: 'stops',
      flags,
      help: {
        description:
          'Tell what is stopped, by whom and why; exits with 1 when something is. The token stands in GITOPS_EVENTS_TOKEN',
        examples: ['gitops-events stops'],
        render: renderHelp,
      },
    },
    ({ flags: { url, json } }) =>
      run(async () => {
        const stops = await readStops(portalClient('see stops', url));
        if (json) terminal.print(JSON.stringify(stops, null, 2));
        else {
          for (const line of linesOf(stops)) terminal.print(line);
        }
        return stops.length > 0 ? exitCodes.found : exitCodes.fine;
      }),
  );

function linesOf(stops: StopView[]): string[] {
  if (stops.length === 0) return ['Nothing is stopped.'];
  return stops.map(
    ({ id, scope, reason, by, at }) =>
      `${shortId(id)}  ${stopInWords(scope)} is stopped by ${namesInWords(by)} since ${at}: ${reason}`,
  );
}
