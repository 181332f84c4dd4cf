import { Sandbox } from '.';
import {
  activeSensor as sensor,
  storedEvent as event,
} from './__testUtils__/activeSensor';

// A thread starts slowly on a busy machine.
jest.setTimeout(60_000);

const limits = { expressionMs: 250, expressionHeapMb: 128 };

/** Inside every static limit; on a list of 1,000 it is a million rounds. */
const slow =
  'event.data.list.all(a, event.data.list.all(b, (a + b) * (a - b) + a * b - a * a + b * b > -100000000))';

describe('Sandbox', () => {
  const sandbox = new Sandbox(limits);
  afterAll(() => sandbox.stop());

  it('says what each sensor that may listen says to each event', async () => {
    await sandbox.load(
      [
        sensor('one', 'event.data.n == 1'),
        sensor('other', undefined, 'x.*'),
        sensor('broken', 'event.data.missing == 1'),
      ],
      7,
    );
    const answer = await sandbox.evaluate([
      event('e1', { n: 1 }),
      event('e2', { n: 2 }),
      event('e3', {}, 'x.y'),
      event('e4', {}, 'nobody'),
    ]);
    expect(answer).toMatchObject({
      generation: 7,
      events: [
        [
          { sensor: 'one', revision: 3, evaluation: { result: 'matched' } },
          {
            sensor: 'broken',
            evaluation: {
              result: 'error',
              reason: {
                code: 'missingField',
                detail: { path: 'event.data.missing' },
              },
            },
          },
        ],
        [
          {
            sensor: 'one',
            evaluation: {
              result: 'notMatched',
              reason: { message: expect.stringContaining('was 2') },
            },
          },
          { sensor: 'broken' },
        ],
        [{ sensor: 'other', evaluation: { result: 'matched' } }],
        [],
      ],
    });
  });

  it('finds the sensor that overruns its deadline, and the others go on', async () => {
    await sandbox.load(
      [sensor('good'), sensor('bomb', slow), sensor('fine', 'true')],
      8,
    );
    const list = Array.from({ length: 1000 }, (_, index) => index);
    const { events } = await sandbox.evaluate([
      event('e1', { list: [1] }),
      event('e2', { list }),
      event('e3', { list: [2] }),
    ]);
    const results = events.map(found =>
      found.map(({ sensor: name, evaluation }) => [
        name,
        evaluation.result,
        evaluation.result === 'error' && evaluation.reason.code,
      ]),
    );
    const calm = [
      ['good', 'matched', false],
      ['bomb', 'matched', false],
      ['fine', 'matched', false],
    ];
    expect(results).toEqual([
      calm,
      [calm[0], ['bomb', 'error', 'deadline'], calm[2]],
      calm,
    ]);
  });

  it('resolves the input of a step, also of a revision that is not active', async () => {
    await sandbox.load([], 9);
    const step = {
      sensor: sensor('old'),
      stepId: 'wait',
      firing: [{ dependency: 'it', event: event('e1', {}) }],
      scope: {
        params: { subject: 'web' },
        run: {},
        steps: {},
      },
    };
    expect(await sandbox.renderStep(step)).toEqual({
      input: { application: 'app-web' },
    });
    const missing = { ...step, scope: { ...step.scope, params: {} } };
    expect(await sandbox.renderStep(missing)).toMatchObject({
      reason: { code: 'missingField', detail: { path: 'params.subject' } },
    });
  });

  it('evaluates policies and renders templates', async () => {
    const data = { tag: 'v1' };
    expect(
      await sandbox.evaluateCel(
        'files.exists(f, f == "a") && event.data.tag == "v1"',
        { files: ['a'] },
        event('e1', data),
      ),
    ).toEqual({ value: true });
    expect(await sandbox.evaluateCel('1 +', {})).toMatchObject({
      reason: { code: 'expression' },
    });
    const files = [
      { path: 'a', text: 'tag: ${{ params.tag }}' },
      { path: 'b', text: '${{ params.nope }}' },
    ];
    expect(await sandbox.renderTemplates(files, data)).toEqual([
      { path: 'a', text: 'tag: v1' },
      { path: 'b', error: expect.stringContaining('params.nope') },
    ]);
  });

  it('does what waited behind an overrun', async () => {
    const list = Array.from({ length: 1000 }, (_, index) => index);
    const bomb = slow.replaceAll('event.data.list', 'list');
    const answers = await Promise.all([
      sandbox.evaluateCel('list.size()', { list }),
      sandbox.evaluateCel(bomb, { list }),
      sandbox.evaluateCel('list.size() + 1', { list }),
    ]);
    expect(answers).toEqual([
      { value: 1000 },
      {
        reason: {
          code: 'deadline',
          message:
            'The expression took longer than 250 ms and was stopped; make it simpler, or its input smaller.',
          detail: { expressionMs: 250 },
        },
      },
      { value: 1001 },
    ]);
  });

  it('lets a sensor rest whose windows, steps and conditions overrun, whatever is loaded meanwhile', async () => {
    const { name, revision, definition } = sensor('burden');
    const [step] = definition.spec.steps;
    const bomb = {
      name,
      revision,
      definition: {
        ...definition,
        spec: {
          ...definition.spec,
          params: { all: `\${{ ${slow} }}` },
          steps: [{ ...step, input: { all: `\${{ ${slow} }}` } }],
        },
      },
    };
    const list = Array.from({ length: 1000 }, (_, index) => index);
    const firing = [{ dependency: 'it', event: event('e1', { list }) }];
    const asked = { sensor: bomb, firing };
    const toRender = {
      ...{ ...asked, stepId: 'wait' },
      scope: { params: {}, run: {}, steps: {} },
    };
    const stopped = /took longer than 250 ms/;
    const messageOf = (answer: object) =>
      (answer as { reason?: { message: string } }).reason?.message;

    expect(messageOf(await sandbox.resolveFiring(asked))).toMatch(stopped);
    expect(messageOf(await sandbox.renderStep(toRender))).toMatch(stopped);
    await sandbox.load([], 11);
    const when = slow.replaceAll('event.data.list', 'list');
    const ask = () => sandbox.evaluateCel(when, { list }, undefined, bomb);
    expect(messageOf(await ask())).toMatch(stopped);

    const told = [
      await sandbox.resolveFiring(asked),
      await sandbox.renderStep(toRender),
      await ask(),
      await sandbox.renderTemplates([{ path: 'a', text: '' }], {}, bomb),
    ];
    for (const answer of told) {
      expect(answer).toMatchObject({ reason: { code: 'deadline' } });
      expect(messageOf(answer)).toMatch('rests for a minute');
    }
    const mended = { ...bomb, revision: 4, definition };
    expect(
      await sandbox.resolveFiring({ ...asked, sensor: mended }),
    ).toMatchObject({ scope: {} });
  });

  it('takes a payload that is nested without end', async () => {
    await sandbox.load([sensor('deep', 'has(event.data)')], 10);
    const deep = new TextEncoder().encode(
      '['.repeat(100_000) + ']'.repeat(100_000),
    );
    const { events } = await sandbox.evaluate([
      { ...event('e1', {}), data: deep },
    ]);
    expect(events[0][0].evaluation.result).toBe('notMatched');
  });

  it('holds an event whose attributes cannot be read, and goes on', async () => {
    await sandbox.load([sensor('any')], 12);
    const deep = JSON.parse('['.repeat(70) + ']'.repeat(70));
    const { events } = await sandbox.evaluate([
      { ...event('e1', {}), extensions: { deep } },
      event('e2', {}),
    ]);
    expect(events).toMatchObject([
      [
        {
          sensor: 'any',
          evaluation: { result: 'error', reason: { code: 'expression' } },
        },
      ],
      [{ evaluation: { result: 'matched' } }],
    ]);
  });

  it('is refused after its end', async () => {
    const other = new Sandbox(limits);
    await other.stop();
    await expect(other.evaluateCel('1', {})).rejects.toThrow('stopped');
  });
});

describe('Sandbox with a small heap', () => {
  // Time enough to fill the heap, which is what is tested.
  const small = { expressionMs: 20_000, expressionHeapMb: 40 };
  const sandbox = new Sandbox(small);
  afterAll(() => sandbox.stop());

  it('finds the sensor that needs too much memory, and the others go on', async () => {
    const hoard =
      'event.data.list.map(a, event.data.list.map(b, [a, b, a, b])).size() > 0';
    await sandbox.load([sensor('good'), sensor('bomb', hoard)], 1);
    const list = Array.from({ length: 1000 }, (_, index) => index);
    const { events } = await sandbox.evaluate([
      event('e1', { list }),
      event('e2', { list: [] }),
    ]);
    const codes = events.map(found =>
      found.map(({ evaluation }) =>
        evaluation.result === 'matched' ? 'matched' : evaluation.reason.code,
      ),
    );
    expect(codes).toEqual([
      ['matched', 'memory'],
      ['matched', 'filterFalse'],
    ]);
  }, 60_000);
});
