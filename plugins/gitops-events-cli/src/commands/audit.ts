import { command } from 'cleye';
import { countInWords } from '@gitops-events/plugin-gitops-events-common';
import { readAnchors } from '../audit/readAnchors';
import { verify, type Verified } from '../audit/verify';
import { exitCodes, UserError } from '../exitCodes';
import { renderHelp } from '../help';
import { portalClient, urlFlag } from '../portal/portalClient';
import type { Terminal } from '../terminal';

const flags = {
  repository: {
    type: String,
    placeholder: '<folder>',
    description: 'A clone or bare repository that has the audit ref',
  },
  ref: {
    type: String,
    placeholder: '<ref>',
    description: 'Of the anchors',
    default: 'refs/gitops-events/audit',
  },
  url: urlFlag,
  json: {
    type: Boolean,
    description: 'Print one JSON document instead of lines',
  },
} as const;

export const auditCommand = (
  terminal: Terminal,
  run: (work: () => Promise<number>) => Promise<void>,
) =>
  command(
    {
      name: 'audit',
      parameters: ['<what>'],
      flags,
      help: {
        description:
          'audit verify: recompute the chain of digests and hold it against its anchors; exits with 1 when something does not fit. The token stands in GITOPS_EVENTS_TOKEN',
        examples: [
          'gitops-events audit verify --repository audit.git',
          'gitops-events audit verify --json',
        ],
        render: renderHelp,
      },
    },
    ({ _: { what }, flags: { repository, ref, url, json } }) =>
      run(async () => {
        if (what !== 'verify') {
          throw new UserError(
            `There is no "audit ${what}". Write: audit verify.`,
          );
        }
        const client = portalClient('read the audit trail', url);
        const readRef = () => readAnchors(repository!, ref);
        const verified = await verify(client, repository ? readRef : undefined);
        if (json) terminal.print(JSON.stringify(verified, null, 2));
        else {
          for (const line of linesOf(verified)) terminal.print(line);
        }
        return verified.findings.length > 0 ? exitCodes.found : exitCodes.fine;
      }),
  );

function linesOf({ rows, streams, anchors, findings }: Verified): string[] {
  const looked = `${countInWords(rows, 'row')} of ${countInWords(streams, 'stream')}`;
  return [
    ...findings.map(({ message }) => `Broken: ${message}.`),
    anchors === undefined
      ? `Looked at ${looked}, without anchors: name a repository that has them with --repository.`
      : `Looked at ${looked} and ${countInWords(anchors, 'anchor')}.`,
    ...(findings.length === 0 ? ['All fits.'] : []),
  ];
}
