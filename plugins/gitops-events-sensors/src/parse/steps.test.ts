import { z } from 'zod';
import { builtInActions } from '../actions';
import { parseSensors } from './parseSensors';

const actions = [
  ...builtInActions,
  { id: 'tell', input: z.record(z.string(), z.unknown()) },
];
const head = `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: shop, owner: group:default/shop }
spec:
  dependencies: [{ name: pushed, ingress: harbor, type: image.pushed }]
  dedupe: { key: event.subject }
`;
const change =
  'action: git:change, input: { repo: local:a, edits: [{ kind: delete, file: a }] }';

/** Problems of a sensor with these steps, as "line rule message"; the first step is in line 8. */
function problemsOf(steps: string[], onFailure: string[] = []) {
  const list = (name: string, items: string[]) =>
    items.length
      ? `  ${name}:\n${items.map(item => `    - { ${item} }\n`).join('')}`
      : '';
  const text = head + list('steps', steps) + list('onFailure', onFailure);
  return parseSensors(text, { actions }).problems.map(
    ({ line, rule, message }) => `${line} ${rule} ${message}`,
  );
}

describe('steps', () => {
  it('may ask earlier steps, and those of onFailure all steps and the failure', () => {
    expect(
      problemsOf(
        [
          `id: bump, ${change}`,
          'id: sync, action: sync:wait, timeout: 5m, if: steps.bump.outputs.paths.size() > 0',
          'id: say, action: tell, if: has(steps.bump.outputs.commit) && "n" in event.data && run.id != "" && event.id == events.pushed.id',
        ],
        [
          'id: undo, action: tell, if: has(steps.say.outputs.x) && run.failure.step == "sync"',
          'id: again, action: tell, input: { a: "${{ steps.undo.outputs.anything }} ${{ run.failure.reason.message }}" }',
        ],
      ),
    ).toEqual([]);
  });

  it.each([
    [
      ['id: a, action: tell, if: steps.b.outputs.x', 'id: b, action: tell'],
      '8 unknown-name The step b comes later; a step reads the outputs of those before it.',
    ],
    [
      ['id: a, action: tell, if: steps.a.outputs.x'],
      '8 unknown-name The step a comes later; a step reads the outputs of those before it.',
    ],
    [
      [
        'id: a, action: tell',
        `id: b, action: tell, if: 'steps["c"].outputs.x'`,
      ],
      '9 unknown-name There is no steps.c here; known are a.',
    ],
    [
      [
        'id: first, action: tell',
        'id: b, action: tell, if: steps.frist.outputs.x',
      ],
      '9 unknown-name There is no steps.frist here; did you mean "first"?',
    ],
    [
      [
        'id: first, action: tell',
        'id: b, action: tell, if: has(steps.frist.outputs.x)',
      ],
      '9 unknown-name There is no steps.frist here; did you mean "first"?',
    ],
    [
      [
        `id: a, ${change}`,
        'id: b, action: tell, if: steps.a.outputs.comit != ""',
      ],
      '9 unknown-name There is no steps.a.outputs.comit here; did you mean "commit"?',
    ],
    [
      ['id: a, action: tell', 'id: b, action: tell, if: steps.a.output.x'],
      '9 unknown-name There is no steps.a.output here; did you mean "outputs"?',
    ],
    [
      ['id: a, action: tell, if: run.failure.step == ""'],
      '8 unknown-name Only a step of onFailure can read run.failure.',
    ],
    [
      ['id: a, action: tell, if: "${{ true }}"'],
      '8 cel-syntax This is an expression already; write it without ${{ }}.',
    ],
    [
      ['id: a, action: tell, if: change.files.size() > 0'],
      '8 unknown-variable There is no variable "change" here; known are event, events, params, run, steps, target, entity.',
    ],
    [
      [`id: a, timeout: 5m, ${change}`],
      '8 no-timeout git:change waits for people and takes no timeout; set it on the step that follows.',
    ],
    [
      ['id: a, action: tell, timeout: 5 minutes'],
      '8 schema "timeout": write a duration such as 30s, 5m or 24h.',
    ],
  ])('%j', (steps, problem) => {
    expect(problemsOf(steps)).toEqual([problem]);
  });

  it.each([
    [
      'id: a, action: tell',
      '10 duplicate-name "a" is used twice; give each its own id.',
    ],
    [
      'id: b, action: tel',
      '10 unknown-action There is no action "tel"; did you mean "tell"?',
    ],
    [
      'id: b, action: sync:wait, input: { app: x }',
      '10 unknown-field Unknown field "app"; known are application.',
    ],
    [
      'id: b, action: tell, if: steps.b.outputs.x',
      '10 unknown-name The step b comes later; a step reads the outputs of those before it.',
    ],
  ])('onFailure: %s', (step, problem) => {
    expect(problemsOf(['id: a, action: tell'], [step])).toEqual([problem]);
  });

  it('of onFailure are held against the boundary as well', () => {
    const text = `${head}  steps: [{ id: a, action: sync:wait }]\n  onFailure: [{ id: b, ${change} }]\n`;
    const boundary = {
      owner: 'group:default/shop',
      ingresses: ['harbor'],
      actions: ['sync:wait'],
      repositories: [],
      environments: [],
      merge: false,
    };
    expect(
      parseSensors(text, { boundaries: [boundary] }).problems,
    ).toMatchObject([{ rule: 'boundary', line: 8 }]);
  });

  it('that could run twice ask for dedupe, in onFailure too; a param that only an `if` reads is used', () => {
    const text = `${head.replace('  dedupe: { key: event.subject }\n', '')}  params: { n: "\${{ event.data.n }}" }
  steps: [{ id: a, if: params.n > 1, ${change} }]
  onFailure: [{ id: b, action: tell }]
`;
    expect(
      parseSensors(text, { actions }).problems.map(({ rule, line }) => [
        rule,
        line,
      ]),
    ).toEqual([['missing-dedupe', 8]]);
  });
});
