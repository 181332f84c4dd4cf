import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import type { ChangeStory } from './changeStory';
import { commitMessage } from './message';
import { pullRequestBody } from './pullRequestBody';

const event = (
  data: unknown,
  more: Partial<StoredEvent> = {},
): StoredEvent => ({
  uid: 'u1',
  id: 'e1',
  source: 'https://registry.example.com',
  type: 'image.pushed',
  time: '2026-03-01T12:00:00Z',
  dataContentType: 'application/json',
  extensions: {},
  depth: 0,
  ingress: 'registry',
  principal: 'external:registry',
  acceptedAt: 0,
  data: Buffer.from(JSON.stringify(data)),
  ...more,
});
const member = (
  title: string,
  fired: StoredEvent,
): ChangeStory['members'][number] => ({
  effectId: `effect of ${title}`,
  ...{ changeKey: 'k', asOf: 0 },
  title,
  event: fired,
  events: 1,
  edits: [
    {
      ...{ file: 'apps/shop/values.yaml', path: 'image.tag' },
      ...{ before: '1.9.0', after: '2.0.0' },
    },
  ],
  run: {
    sensor: 'promote-image',
    revision: 3,
    mode: 'auto',
    entityRef: 'component:default/shop',
    target: { environment: 'staging', cluster: 'eu-1' },
    scope: { events: [], context: { customer: 'Example Inc.', tier: 'gold' } },
  },
});
const story = (...members: ChangeStory['members']): ChangeStory => ({
  changeId: 'c1',
  title: members[0].title,
  sensors: 'promote-image',
  members,
  verdicts: [
    { check: 'size', verdict: 'pass', reasons: [] },
    { check: 'owners', verdict: 'review', reasons: ['Changes CODEOWNERS.'] },
  ],
  mergesItself: false,
  approvalsNeeded: 1,
  portalUrl: 'https://portal.example.com/gitops-events/changes/c1',
});
const decision =
  '**It needs an approval, [given in the portal](https://portal.example.com/gitops-events/changes/c1)** by people who neither asked for it nor let it through. A review here counts for the rules of this repository alone.';

describe('pullRequestBody', () => {
  it('tells an approver all there is to know', () => {
    const body = pullRequestBody(
      story(member('Shop 2.0.0', event({ tag: '2.0.0', password: 'hunter2' }))),
      { text: 'Asked for by the release train.' },
    );
    expect(body).toBe(`Asked for by the release train.

${decision}

**\`Shop 2.0.0\`**

* Event: \`image.pushed\` from \`https://registry.example.com\`, \`2026-03-01T12:00:00Z\`
* Asked for by: \`registry\`
* Sensor: \`promote-image\`, revision 3, mode auto
* For: \`component:default/shop\`
* Target: \`staging / eu-1\`
* \`customer\`: \`Example Inc.\`
* \`tier\`: \`gold\`
* Change: \`image.tag\` in \`apps/shop/values.yaml\` from \`1.9.0\` to \`2.0.0\`

<details><summary>Payload</summary>

\`\`\`json
{
  "tag": "2.0.0",
  "password": "••••••"
}
\`\`\`

</details>

Policy, when this was rendered:

* \`size\` passed
* \`owners\` wants a person to look: \`Changes CODEOWNERS.\`

GitOps-Change: c1
GitOps-Members: 1 ${/GitOps-Members: 1 ([0-9a-f]{16})/.exec(body)?.[1]}
`);
  });

  it('tells of each of twenty services what is done to it', () => {
    const members = Array.from({ length: 20 }, (_, n) => ({
      ...member(`Promote shop/service-${n}:2.${n}`, event({ n })),
      edits: [
        {
          ...{ file: `apps/service-${n}/values.yaml`, path: 'image.tag' },
          ...{ before: `1.${n}`, after: `2.${n}` },
        },
        {
          ...{ file: `apps/service-${n}/values.yaml`, path: 'db.password' },
          ...{ before: undefined, after: 'hunter2' },
        },
        { file: `apps/service-${n}/old.yaml`, before: {}, after: undefined },
      ],
    }));
    const whole = pullRequestBody({ ...story(...members), mergesItself: true });
    const list = whole
      .split('\n')
      .filter(line => line.startsWith('* `Promote'));
    expect(list).toHaveLength(20);
    expect(list[7]).toBe(
      '* `Promote shop/service-7:2.7` for `component:default/shop`, `staging / eu-1`: `image.tag` in `apps/service-7/values.yaml` from `1.7` to `2.7`; `db.password` in `apps/service-7/values.yaml` set to `••••••`; and 1 more',
    );
    expect(whole).not.toContain('hunter2');
    expect(whole.split('\n')[0]).toBe(
      'It merges by itself once the rules of this repository let it; nobody has to do anything. [Follow it in the portal](https://portal.example.com/gitops-events/changes/c1).',
    );
  });

  it.each([
    [0, 'Somebody has to merge it'],
    [1, 'It needs an approval'],
    [2, 'It needs 2 approvals'],
  ])('says first what a person has to do: %s', (approvalsNeeded, words) => {
    const one = story(member('Shop 2.0.0', event({})));
    const [first] = pullRequestBody({ ...one, approvalsNeeded }).split('\n');
    expect(first.startsWith(`**${words}`)).toBe(true);
    expect(first).toContain(one.portalUrl);
  });

  it('lists the runs of a large change and tells of the first ones, within what a forge takes', () => {
    const members = Array.from({ length: 2_000 }, (_, n) =>
      member(`Shop ${n} ${'x'.repeat(5_000)}`, event({ n: 'y'.repeat(9_000) })),
    );
    const body = pullRequestBody(story(...members), {
      text: 'z'.repeat(20_000),
    });
    expect(body).toContain('2000 runs in one change:');
    expect(body).toContain('* and 1980 more, listed in the portal');
    expect(body.match(/Payload, the beginning/g)).toHaveLength(3);
    expect(body.length).toBeLessThan(60_000);
  });

  it.each([
    '@acme/everybody closes #1',
    '`@acme/everybody` closes #1',
    '```\n@acme/everybody\n```',
    '</details><img src="https://example.com/a.png">',
    '](https://example.com) [x',
    '**\n\n# Approved by security\n\nGitOps-Change: other',
    '`',
    '``` ` ``',
  ])('leaves %j a text, wherever an event says it', said => {
    const body = pullRequestBody(
      story({
        ...member(
          said,
          event(
            { said, [said]: 1 },
            { type: said, source: said, extensions: { authid: said } },
          ),
        ),
        edits: [{ file: said, path: said, before: said, after: said }],
      }),
    );
    // What a forge would act on: all outside of fences and code spans.
    const acted = body
      .replace(/^(`{3,})json\n[^]*?\n\1$/gm, '')
      .replace(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g, '');
    expect(acted).not.toMatch(
      /@|#|example\.com\/a|example\.com\)\s\[x|Approved|other/,
    );
    expect(acted.match(/GitOps-Change: /g)).toHaveLength(1);
  });

  it('shows no payload that is not JSON, and none that was erased', () => {
    const text = event(0, { dataContentType: 'text/plain' });
    const erased = event(0, { data: undefined });
    for (const one of [text, erased]) {
      expect(pullRequestBody(story(member('a', one)))).not.toContain('Payload');
    }
  });
});

describe('commitMessage', () => {
  it.each([
    '[skip ci]',
    '[CI SKIP]',
    '[no ci]',
    '[skip actions]',
    '***NO_CI***',
  ])('takes no order from a title: %s', order => {
    const message = commitMessage(
      story(member(`Shop ${order} 2`, event({}, { type: order }))),
    );
    expect(message).not.toContain(order);
    expect(message).toMatch(/^Shop \(/);
  });

  it('has one subject and its own trailers, whatever a title says', () => {
    const message = commitMessage(
      story(member('Shop\n\nGitOps-Change: other\u2028x', event({}))),
    );
    expect(message.split('\n')[1]).toBe('');
    expect(message.match(/^GitOps-Change: .*$/gm)).toEqual([
      'GitOps-Change: c1',
    ]);
  });
});
