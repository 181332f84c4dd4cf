import type {
  DecisionView,
  RehearsedRun,
  SensorTestResult,
} from '@gitops-events/plugin-gitops-events-common';
import { fail, type Request } from './answers';
import { exampleDiff } from './fileDiff';
import { exampleId } from './story';
import { passed, valuesFile } from './stories/parts';

const filter =
  'event.data.resources[0].tag.matches("^v?[0-9]+[.][0-9]+[.][0-9]+$")';

function refuse(yaml: string): never {
  const line = yaml.split('\n').findIndex(text => text.includes('maxage')) + 1;
  const detail = 'Unknown field `maxage`. Did you mean `maxAge`?';
  return fail(422, `Line ${line}, column 3: ${detail}`, {
    errors: [
      { pointer: '/yaml', detail, line, column: 3, rule: 'unknown-field' },
    ],
  });
}

/** What the example rule `promote-image` says to an event: it fires for tags that look like a version. */
export function exampleRehearsal(
  {
    yaml,
    sensor = 'promote-image',
    uids = [],
    events = [],
    at,
  }: Request['body'],
  said: readonly DecisionView[],
): SensorTestResult {
  if (yaml?.includes('maxage')) refuse(yaml);
  const tag = uids[0]
    ? tagOf(said.find(({ eventUid }) => eventUid === uids[0]))
    : String(events[0].event.data?.resources?.[0]?.tag);
  const matches = /^v?\d+[.]\d+[.]\d+$/.test(tag);
  return {
    problems: [],
    decisions: [
      {
        event: 0,
        eventUid: uids[0] ?? exampleId(tag),
        sensor,
        outcome: matches ? 'fired' : 'notMatched',
        reason: matches
          ? { code: 'fired', message: '`pushed` matched.' }
          : {
              code: 'filterFalse',
              message: `The filter of \`pushed\` is false: \`event.data.resources[0].tag\` was "${tag}".`,
            },
        dependencies: [
          {
            name: 'pushed',
            type: 'harbor.artifact.pushed',
            ingress: 'registry',
            listens: true,
            filter,
            parts: [
              { text: filter, offset: 0, value: matches },
              { text: 'event.data.resources[0].tag', offset: 0, value: tag },
            ],
          },
        ],
        run: matches
          ? { ...exampleRun(tag), ...(at && outsideHours(at)) }
          : undefined,
      },
    ],
  };
}

function tagOf(decision: DecisionView | undefined): string {
  const { eventSubject } = decision ?? fail(404, 'There is no such event.');
  return eventSubject?.split(':')[1] ?? '1.8.2';
}

/** Its rule begins nothing on weekends. */
function outsideHours(at: string): Pick<RehearsedRun, 'waits'> {
  if (![0, 6].includes(new Date(at).getUTCDay())) return {};
  const message =
    'Waits until Monday, 00:00 UTC: outside the active hours of Promote image.';
  return { waits: { code: 'outsideHours', message } };
}

/** What it would do with an image of that tag. */
export function exampleRun(tag: string): RehearsedRun {
  return {
    title: `Promote image shop/api:${tag}`,
    mode: 'auto',
    entityRef: 'component:default/shop-api',
    target: { environment: 'staging' },
    params: { image: 'shop/api', tag, service: 'shop-api' },
    steps: [
      {
        id: 'change',
        action: 'git:change',
        input: { repo: 'local:deployments', base: 'main' },
        change: {
          repository: 'local:deployments',
          base: 'main',
          files: [],
          diff: [
            exampleDiff({
              path: 'apps/shop-api/values.yaml',
              before: valuesFile('shop/api', '1.8.0'),
              after: valuesFile('shop/api', tag),
            }),
          ],
          verdicts: passed.slice(0, 3),
          mergesItself: true,
          whyNot: [],
        },
      },
      { id: 'sync', action: 'sync:wait', input: { timeout: '10m' } },
    ],
  };
}
