import { createHash } from 'node:crypto';
import { sensorOf } from './__testUtils__/sensorOf';
import { sensorJsonSchema } from './jsonSchema';
import { sensorFormat, whyUnreadable } from './sensorFormat';

/** Texts for people say nothing about what is read. */
function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, text]) => key !== 'description' || typeof text !== 'string',
      )
      .map(([key, item]) => [key, withoutDescriptions(item)]),
  );
}

describe('the format of sensors', () => {
  it('is raised with what documents may say: count sensorFormat up, and put the new digest here', () => {
    const schema = JSON.stringify(withoutDescriptions(sensorJsonSchema()));
    const digest = createHash('sha256').update(schema).digest('hex');
    expect([sensorFormat, digest.slice(0, 16)]).toEqual([
      1,
      'ee32484d48bdc1b6',
    ]);
  });

  const newer = sensorFormat + 1;
  const sensor = sensorOf({});
  const withSpec = (more: object) => ({
    ...sensor,
    spec: { ...sensor.spec, ...more },
  });
  const change = (input: object) =>
    withSpec({ steps: [{ id: 'a', action: 'git:change', input }] });
  const edits = [{ kind: 'delete', file: 'old.yaml' }];

  it.each([
    ['a field', withSpec({ tomorrow: 1 }), /^spec\.tomorrow: Unknown field/],
    ['a value', withSpec({ mode: 'dream' }), /^spec\.mode: /],
    [
      'an input of an action of ours',
      change({ repo: 'local:a', edits, tomorrow: 1 }),
      /tomorrow: Unknown field/,
    ],
    ['everything', 'tomorrow', /./],
  ])('tells %s that only a newer engine knows', (_, definition, why) => {
    expect(whyUnreadable(newer, definition)).toMatch(why);
    // A rule that is tighter now stops nothing that is in force.
    expect(whyUnreadable(sensorFormat, definition)).toBeUndefined();
  });

  it.each([
    ['nothing new', sensor],
    [
      'an action that is not installed here',
      withSpec({ steps: [{ id: 'a', action: 'sms:send', input: {} }] }),
    ],
    [
      'values that are told later',
      change({ repo: '${{ params.repo }}', edits }),
    ],
  ])('takes of a newer one what uses %s', (_, definition) => {
    expect(whyUnreadable(newer, definition)).toBeUndefined();
  });
});
