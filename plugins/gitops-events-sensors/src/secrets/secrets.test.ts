import { z } from 'zod';
import { builtInActions, type ActionSchema } from '../actions';
import { bindEvent } from '../eventBinding';
import { compileSensor } from '../compile';
import { describeStep } from '../describe';
import { parseSensors, type ParseOptions } from '../parse/parseSensors';
import { renderStep } from '../render';
import { eventOf } from '../__testUtils__/sensorOf';

const secret = z.string().min(1).meta({ format: 'secret' });
const notify: ActionSchema = {
  id: 'notify',
  input: z.strictObject({
    to: z.string().optional(),
    token: secret.optional(),
    headers: z.record(z.string(), secret).optional(),
    logins: z
      .array(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('basic'), password: secret }),
          z.strictObject({ kind: z.literal('open'), password: z.string() }),
        ]),
      )
      .optional(),
  }),
};
const actions = [...builtInActions, notify];
const boundaries = [
  {
    owner: 'group:default/shop',
    ingresses: ['*'],
    actions: ['*'],
    repositories: [{ repo: '*', branches: ['*'], paths: ['*'] }],
    environments: ['*'],
    secrets: ['chat*'],
    merge: true,
  },
];

/** Line 11 is the input. */
const document = (
  input: string,
  more = '',
) => `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: shop, owner: group:default/shop }
spec:
  dependencies: [{ name: pushed, ingress: harbor, type: image.pushed }]
  dedupe: { key: event.data.digest }
  ${more || 'mode: propose'}
  steps:
    - id: tell
      action: notify
      input: ${input}
`;
const problems = (text: string, options: ParseOptions = {}) =>
  parseSensors(text, { actions, ...options }).problems.map(
    ({ line, column, rule, message }) => `${line}:${column} ${rule} ${message}`,
  );

describe('secrets in a sensor', () => {
  it.each([
    "{ token: '${{ secrets.chat }}' }",
    "{ headers: { authorization: 'Bearer ${{secrets.chat}}' } }",
    "{ logins: [{ kind: basic, password: '${{ secrets.a }}:${{ secrets.b }}' }] }",
    "{ token: '${{ event.data.token }}' }",
  ])('may stand where the action marks its input: %s', input => {
    expect(problems(document(input))).toEqual([]);
  });

  it.each([
    document("{ to: '${{ secrets.chat }}' }"),
    document("{ logins: [{ kind: open, password: 'x${{ secrets.a }}' }] }"),
    document("{ token: '${{ secrets.chat + event.id }}' }"),
    document("{ token: '${{ event.id }}${{ secrets.chat }}' }"),
    document("{ token: '${{ secrets }}' }"),
    document('{ token: \'${{ secrets["chat"] }}\' }'),
    document('{}', "title: '${{ secrets.chat }}'"),
    document('{}', "params: { a: '${{ secrets.chat }}' }"),
    document('{}', "entity: '${{ secrets.chat }}'"),
    document('{}', 'concurrency: { key: secrets.chat }'),
    document('{}', "context: { a: 'x ${{ secrets.chat }}' }"),
    document('{}\n      if: event.id == secrets.chat'),
    `${document('{}')}    - id: bump
      action: git:change
      input:
        repo: local:shop
        edits: [{ kind: yaml, file: a.yaml, set: { a: '\${{ secrets.chat }}' } }]
`,
  ])('may stand nowhere else: %#', text => {
    const before = text.slice(0, text.indexOf('secrets')).split('\n');
    const at = `${before.length}:${before.at(-1)!.length + 1}`;
    expect(problems(text)).toEqual([
      `${at} secret-place A secret can only stand in an input that its action marks for one, as \`\${{ secrets.name }}\` with nothing but text beside it.`,
    ]);
  });

  it('must be there, and be granted', () => {
    const text = document("{ token: '${{ secrets.chat }}' }");
    const secrets = ['chat_room', 'mail'];
    expect(problems(text, { secrets })[0]).toContain(
      '11:23 unknown-name There is no secret "chat" under gitopsEvents.secrets',
    );
    expect(problems(text, { secrets: ['chat'], boundaries })).toEqual([]);
    const mail = document("{ token: '${{ secrets.mail }}' }");
    expect(problems(mail, { secrets, boundaries })).toEqual([
      '11:23 boundary group:default/shop may not use the secret "mail"; granted are: chat*.',
    ]);
    const [{ secrets: _, ...none }] = boundaries;
    expect(problems(text, { boundaries: [none] })[0]).toContain(
      'may not use the secret "chat"; granted are: none.',
    );
  });

  it('are warned of where they stand in the open', () => {
    const text = document(
      "{ headers: { a: 'abc', b: '${{ secrets.chat }}' }, to: 'abc' }",
    );
    expect(problems(text)).toEqual([
      expect.stringMatching(/^11:30 open-secret This input takes a secret/),
    ]);
  });

  it('are no part of what is rendered, nor become one there', () => {
    const text = document(
      "{ to: '${{ event.data.a }}', token: 'x ${{ secrets.chat }}' }",
    );
    const [{ sensor }] = parseSensors(text, { actions }).sensors;
    expect(describeStep(sensor.spec.steps[0])).toBe(
      'Runs notify, with the secret chat',
    );
    const event = bindEvent(eventOf({ a: '${{ secrets.chat }}' }));
    const firing = [{ dependency: 'pushed', event }];
    const scope = { params: {}, run: {}, steps: {} };
    expect(renderStep(compileSensor(sensor), 'tell', firing, scope)).toEqual({
      input: { to: '${{ secrets.chat }}', token: 'x ${{ secrets.chat }}' },
    });
  });
});
