import { command } from 'cleye';
import {
  stopInWords,
  stopKinds,
  stopScopeSchema,
  type StopScope,
} from '@gitops-events/plugin-gitops-events-common';
import { exitCodes, UserError } from '../exitCodes';
import { renderHelp } from '../help';
import { portalClient, urlFlag } from '../portal/portalClient';
import { shortId } from '../stop/shortId';
import type { Terminal } from '../terminal';

const name = (of: string) =>
  ({
    type: String,
    placeholder: '<name>',
    description: `Only what is written ${of}`,
  }) as const;

const flags = {
  reason: {
    type: String,
    placeholder: '<text>',
    description: 'Why; shown to everybody whose work waits',
  },
  repository: name('to that repository'),
  environment: name('for that environment'),
  cluster: name('for that cluster'),
  tenant: name('for that tenant'),
  url: urlFlag,
} as const;

export const stopCommand = (
  terminal: Terminal,
  run: (work: () => Promise<number>) => Promise<void>,
) =>
  command(
    {
      name: 'stop',
      flags,
      help: {
        description:
          'Stop writing: all of it, or that of a repository or target. Events keep arriving and wait. The token stands in GITOPS_EVENTS_TOKEN',
        examples: [
          'gitops-events stop --reason "Registry compromised"',
          'gitops-events stop --tenant acme --reason "Acme asked us to wait"',
        ],
        render: renderHelp,
      },
    },
    ({ flags: asked }) =>
      run(async () => {
        const { reason, url } = asked;
        if (!reason?.trim()) throw new UserError('Say why, with --reason.');
        const body = { scope: scopeOf(asked), reason };
        const client = portalClient('stop writing', url);
        const { id, scope } = await client.call('setStop', { body });
        terminal.print(`${stopInWords(scope)} is stopped (${shortId(id)}).`);
        return exitCodes.fine;
      }),
  );

/** @throws UserError when more than one is named, or none by its name */
function scopeOf(asked: { [K in StopScope['kind']]?: string }): StopScope {
  const named = stopKinds.filter(kind => asked[kind] !== undefined);
  if (named.length > 1) {
    throw new UserError(
      `Stop one thing at a time: ${named.map(kind => `--${kind}`).join(' or ')}.`,
    );
  }
  const [kind = 'all'] = named;
  const scope = stopScopeSchema.safeParse({ kind, name: asked[kind] });
  if (!scope.success) throw new UserError(`--${kind} needs a name.`);
  return scope.data;
}
