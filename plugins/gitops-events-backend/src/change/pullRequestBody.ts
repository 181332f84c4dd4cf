import type {
  StoredEvent,
  Target,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import { payloadView } from '../timeline/eventView';
import { requestedBy } from '../timeline/requestedBy';
import type { ChangeStory } from './changeStory';
import { editsInWords } from './editsInWords';
import { code, fenceFor } from './markdownCode';
import { LISTED, trailers, unlisted } from './message';
import { shownContext } from './shownContext';

/** Runs told in full; of the others stands one line each. */
const TOLD = 3;
const PAYLOAD_LENGTH = 2_000;
/** Edits told of a run: among others, and in full. */
const EDITS_OF_SEVERAL = 2;
export const EDITS_TOLD = 10;
const OWN_TEXT_LENGTH = 10_000;

interface BodyParts {
  text?: string;
  payload?: boolean;
  values?: boolean;
}

/**
 * Body of the pull request, in Markdown: what an approver has to know without
 * leaving the page. What comes from events stands in code spans and fences,
 * where nobody is mentioned, no issue is closed and no link is made.
 *
 * @param how - `text`: what the sensor's author wants on top; `payload`, `values`: whether an
 *   excerpt of the event is shown, and the values before and after
 */
export function pullRequestBody(
  story: ChangeStory,
  { text, payload = true, values = true }: BodyParts = {},
): string {
  const { members } = story;
  return [
    ...(text ? [text.slice(0, OWN_TEXT_LENGTH), ''] : []),
    decisionLine(story),
    '',
    ...(members.length === 1 ? [] : runLines(story, values)),
    ...members
      .slice(0, TOLD)
      .flatMap(one => [
        ...aboutRun(one),
        ...(values ? editLines(one) : []),
        '',
        ...(payload ? payloadLines(one.event) : []),
      ]),
    ...policyLines(story.verdicts),
    ...trailers(story),
    '',
  ].join('\n');
}

/** What a person has to do, first: reviews at the host count for its own rules alone. */
export function decisionLine({
  mergesItself,
  approvalsNeeded: needed,
  portalUrl,
}: Pick<ChangeStory, 'mergesItself' | 'approvalsNeeded' | 'portalUrl'>) {
  const count = needed === 1 ? 'an approval' : `${needed} approvals`;
  if (mergesItself) {
    return `It merges by itself once the rules of this repository let it; nobody has to do anything. [Follow it in the portal](${portalUrl}).`;
  }
  return needed === 0
    ? `**Somebody has to merge it, [in the portal](${portalUrl}).**`
    : `**It needs ${count}, [given in the portal](${portalUrl})** by people who neither asked for it nor let it through. A review here counts for the rules of this repository alone.`;
}

function runLines(story: ChangeStory, values: boolean): string[] {
  return [
    `${story.members.length} runs in one change:`,
    '',
    ...story.members
      .slice(0, LISTED)
      .map(one => (values ? runLine(one) : runLine({ ...one, edits: [] }))),
    ...unlisted(story),
    '',
  ];
}

/** One of several, so that nobody has to open the diff to know what it does to what. */
function runLine({
  title,
  run,
  edits,
}: ChangeStory['members'][number]): string {
  const about = run.entityRef ? ` for ${code(run.entityRef, 100)}` : '';
  const where = run.target ? `, ${code(targetText(run.target), 100)}` : '';
  const what = editsInWords(edits, EDITS_OF_SEVERAL);
  return `* ${code(title, 100)}${about}${where}${what.length > 0 ? `: ${what.join('; ')}` : ''}`;
}

function editLines({ edits }: ChangeStory['members'][number]): string[] {
  return editsInWords(edits, EDITS_TOLD).map(words => `* Change: ${words}`);
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
    `* Asked for by: ${code(requestedBy(event))}`,
    `* Sensor: ${code(run.sensor)}, revision ${run.revision}, mode ${run.mode}`,
    ...(run.entityRef ? [`* For: ${code(run.entityRef)}`] : []),
    ...(run.target ? [`* Target: ${code(targetText(run.target))}`] : []),
    ...shownContext(run).map(
      ([name, value]) => `* ${code(name, 60)}: ${code(value)}`,
    ),
  ];
}

function payloadLines(event: StoredEvent): string[] {
  const { data: payload } = payloadView(event.dataContentType, event.data);
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
