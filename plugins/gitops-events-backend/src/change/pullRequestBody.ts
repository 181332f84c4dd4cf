import type {
  StoredEvent,
  Target,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import { payloadView } from '../timeline/eventView';
import type { ChangeStory } from './changeStory';
import { shownContext } from './shownContext';
import { LISTED, oneLine, trailers, unlisted } from './message';

/** Runs told in full; of the others stands one line each. */
const TOLD = 3;
const PAYLOAD_LENGTH = 2_000;
const OWN_TEXT_LENGTH = 10_000;

/**
 * Body of the pull request, in Markdown: what an approver has to know without
 * leaving the page. What comes from events stands in code spans and fences,
 * where nobody is mentioned, no issue is closed and no link is made.
 *
 * @param how - `text`: what the sensor's author wants on top; `payload`: whether an excerpt is shown
 */
export function pullRequestBody(
  story: ChangeStory,
  { text, payload = true }: { text?: string; payload?: boolean } = {},
): string {
  const { members } = story;
  return [
    ...(text ? [text.slice(0, OWN_TEXT_LENGTH), ''] : []),
    ...(members.length === 1 ? [] : runLines(story)),
    ...members
      .slice(0, TOLD)
      .flatMap(one => [
        ...aboutRun(one),
        ...(payload ? payloadLines(one.event) : []),
      ]),
    ...policyLines(story.verdicts),
    portalLink(story),
    '',
    ...trailers(story),
    '',
  ].join('\n');
}

export function portalLink({
  portalUrl,
}: Pick<ChangeStory, 'portalUrl'>): string {
  return `[Follow it in the portal](${portalUrl})`;
}

function runLines(story: ChangeStory): string[] {
  return [
    `${story.members.length} runs in one change:`,
    '',
    ...story.members
      .slice(0, LISTED)
      .map(({ title }) => `* ${code(title, 100)}`),
    ...unlisted(story),
    '',
  ];
}

function aboutRun({
  title,
  event,
  events,
  run,
}: ChangeStory['members'][number]): string[] {
  const others = events > 1 ? `, the last of ${events} events` : '';
  return [
    `**${code(title, 200)}**`,
    '',
    `* Event: ${code(event.type)} from ${code(event.source)}, ${timeOf(event)}${others}`,
    `* Sensor: ${code(run.sensor)}, revision ${run.revision}, mode ${run.mode}`,
    ...(run.entityRef ? [`* For: ${code(run.entityRef)}`] : []),
    ...(run.target ? [`* Target: ${code(targetText(run.target))}`] : []),
    ...shownContext(run).map(
      ([name, value]) => `* ${code(name, 60)}: ${code(value)}`,
    ),
    '',
  ];
}

function payloadLines(event: StoredEvent): string[] {
  const payload = payloadView(event.dataContentType, event.data);
  if (payload === undefined) return [];
  const whole = JSON.stringify(payload, null, 2);
  const cut = whole.length > PAYLOAD_LENGTH;
  const shown = cut ? `${whole.slice(0, PAYLOAD_LENGTH)}\n…` : whole;
  const fence = fenceFor(shown, 3);
  return [
    `<details><summary>Payload${cut ? ', the beginning' : ''}</summary>`,
    '',
    `${fence}json`,
    shown,
    fence,
    '',
    '</details>',
    '',
  ];
}

const words: Record<Verdict['verdict'], string> = {
  pass: 'passed',
  review: 'wants a person to look',
  deny: 'denied',
  cannot: 'could not be checked yet',
};

function policyLines(verdicts: Verdict[]): string[] {
  if (verdicts.length === 0) return [];
  return [
    'Policy, when this was rendered:',
    '',
    ...verdicts.map(({ check, verdict, reasons }) => {
      const why = reasons.map(reason => code(reason, 300)).join(', ');
      return `* ${code(check, 100)} ${words[verdict]}${why ? `: ${why}` : ''}`;
    }),
    '',
  ];
}

/** As the sender told it, else when we accepted it. */
function timeOf({ time, acceptedAt }: StoredEvent): string {
  return time
    ? code(time, 40)
    : `accepted ${new Date(acceptedAt).toISOString()}`;
}

function targetText({ environment, cluster, tenant }: Target): string {
  return [environment, cluster, tenant].filter(Boolean).join(' / ');
}

/** Text as a Markdown code span, on one line: forges take nothing in it for more than text. */
export function code(text: string, length = 200): string {
  const line = oneLine(text, length) || ' ';
  const fence = fenceFor(line, 1);
  const pad = /^`|`$/.test(line) ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Longer than each run of backticks in the text. */
function fenceFor(text: string, least: number): string {
  const longest = Math.max(
    0,
    ...[...text.matchAll(/`+/g)].map(m => m[0].length),
  );
  return '`'.repeat(Math.max(least, longest + 1));
}
