import { bindEvent } from './eventBinding';
import { compileSensor } from './compile';
import { renderStep } from './render';
import { parseInput } from './parse/inputProblems';
import { builtInActions } from './actions';
import { eventOf, sensorOf } from './__testUtils__/sensorOf';

const scope = {
  params: { tag: '1.10' },
  run: { id: 'r1' },
  steps: { bump: { outputs: { changeId: 'c1' } } },
  target: { environment: 'dev' },
  entity: 'component:default/web',
};
const sensor = compileSensor(
  sensorOf({
    params: { tag: '' },
    steps: [
      {
        id: 'bump',
        action: 'git:change',
        input: {
          repo: 'local:${{ target.environment }}',
          key: '${{ entity }} ${{ run.id }} ${{ steps.bump.outputs.changeId }}',
          edits: [
            {
              kind: 'yaml',
              file: 'a.yaml',
              set: {
                tag: '${{ params.tag }}',
                n: '${{ events.pushed.data.n + 1 }}',
              },
            },
          ],
          merge: { approvals: '${{ event.data.n }}', when: 'params.tag != ""' },
        },
      },
      { id: 'bad', action: 'sync:wait', input: { a: '${{ event.data.x }}' } },
      { id: 'large', action: 'sync:wait', input: { a: '${{ event.data.s }}' } },
    ],
  }),
);
const event = bindEvent(eventOf({ n: 2, s: 'a'.repeat(1024 * 1024) }));
const firing = [{ dependency: 'pushed', event }];

describe('renderStep', () => {
  it('resolves an input, and leaves bare expressions for later', () => {
    const rendered = renderStep(sensor, 'bump', firing, scope);
    expect(rendered).toEqual({
      input: {
        repo: 'local:dev',
        key: 'component:default/web r1 c1',
        edits: [{ kind: 'yaml', file: 'a.yaml', set: { tag: '1.10', n: 3 } }],
        merge: { approvals: 2, when: 'params.tag != ""' },
      },
    });
    const input = (rendered as { input: never }).input;
    expect(parseInput(builtInActions[0], input)).toMatchObject({
      input: { base: 'main', merge: { approvals: 2 } },
    });
  });

  it.each([
    [
      'bad',
      'missingField',
      'The input of step `bad` cannot be told: `event.data.x` is missing',
    ],
    ['large', 'tooLarge', 'are more than the 1048576 allowed'],
    ['none', 'expression', 'has no step "none"'],
  ])('gives the reason why there is no input of %s', (step, code, message) => {
    expect(renderStep(sensor, step, firing, scope)).toEqual({
      reason: expect.objectContaining({
        code,
        message: expect.stringContaining(message),
      }),
    });
  });
});

describe('parseInput', () => {
  it('says where a resolved input is wrong', () => {
    const input = { repo: 'local:x', edits: [{ kind: 'delete', file: 7 }] };
    expect(parseInput(builtInActions[0], input)).toEqual({
      reason: {
        code: 'input',
        message:
          'The input of git:change is wrong at edits.0.file: "file" must be text, but here is a number.',
        detail: {
          problems: [expect.objectContaining({ path: 'edits.0.file' })],
        },
      },
    });
  });
});
