import { command } from 'cleye';
import { stopInWords } from '@gitops-events/plugin-gitops-events-common';
import { exitCodes, UserError } from '../exitCodes';
import { renderHelp } from '../help';
import { portalClient, urlFlag } from '../portal/portalClient';
import { readStops } from '../stop/readStops';
import { shortId } from '../stop/shortId';
import type { Terminal } from '../terminal';

const flags = {
  comment: {
    type: String,
    placeholder: '<text>',
    description: 'Why it may go on; kept on record',
  },
  url: urlFlag,
} as const;

export const goCommand = (
  terminal: Terminal,
  run: (work: () => Promise<number>) => Promise<void>,
) =>
  command(
    {
      name: 'go',
      parameters: ['<stop>'],
      flags,
      help: {
        description:
          'Lift a stop by its id, or the first letters of it: what waits goes on, in order. The token stands in GITOPS_EVENTS_TOKEN',
        examples: ['gitops-events go 5d0f1c8e --comment "Keys rotated"'],
        render: renderHelp,
      },
    },
    ({ _: { stop: asked }, flags: { comment, url } }) =>
      run(async () => {
        if (!comment?.trim()) {
          throw new UserError('Say why it may go on, with --comment.');
        }
        const client = portalClient('lift stops', url);
        const found = (await readStops(client)).filter(({ id }) =>
          id.startsWith(asked),
        );
        if (found.length !== 1) {
          throw new UserError(
            `${found.length === 0 ? 'No stop' : 'More than one stop'} in force begins with "${asked}"; see gitops-events stops.`,
          );
        }
        const [{ id, version, scope }] = found;
        const params = { id };
        const body = { version, comment };
        await client.call('liftStop', { params, body });
        terminal.print(`${stopInWords(scope)} goes on (${shortId(id)}).`);
        return exitCodes.fine;
      }),
  );
