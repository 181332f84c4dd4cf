import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { builtInActions } from '../actions';
import { parseSensors } from './parseSensors';

const good = `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: shop, owner: group:default/shop }
spec:
  dependencies:
    - name: pushed
      ingress: harbor
      type: image.pushed
      filter: event.data.tag != ""
  params:
    tag: \${{ event.data.tag }}
  steps:
    - id: bump
      action: git:change
      input:
        repo: local:deployments
        edits:
          - { kind: yaml, file: a.yaml, set: { tag: "\${{ params.tag }}" } }
    - id: sync
      action: sync:wait
`;

/** Problems of the good document after a change, as `line:column rule message`. */
function problemsAfter(from: string | RegExp, to: string): string[] {
  const text = good.replace(from, () => to);
  expect(text).not.toBe(good);
  return problemsOf(text);
}

function problemsOf(text: string): string[] {
  return parseSensors(text).problems.map(
    ({ line, column, rule, message }) => `${line}:${column} ${rule} ${message}`,
  );
}

describe('parseSensors', () => {
  it('reads a sensor and fills in its defaults', () => {
    const { sensors, refused, problems } = parseSensors(good);
    expect({ refused, problems }).toEqual({ refused: [], problems: [] });
    expect(sensors).toEqual([
      { sensor: expect.anything(), yaml: good, line: 1, problems: [] },
    ]);
    expect(sensors[0].sensor.spec).toMatchObject({
      mode: 'propose',
      steps: [{ id: 'bump' }, { id: 'sync', input: {} }],
    });
  });

  it.each([
    // What YAML itself refuses.
    ['kind: Sensor', 'kind: [', '3:1 yaml-syntax '],
    ['kind: Sensor', 'kind: Sensor\nkind: Sensor', '3:1 yaml-syntax '],
    ['kind: Sensor', 'kind: !thing Sensor', '2:7 yaml-syntax '],
    ['kind: Sensor', 'kind: *other', '2:7 yaml-syntax '],
    // Fields.
    [
      '  steps',
      '  stepz',
      '12:3 unknown-field Unknown field "stepz"; did you mean "steps"?',
    ],
    [
      'ingress',
      'ingres',
      '7:7 unknown-field Unknown field "ingres"; did you mean "ingress"?',
    ],
    [
      'kind: Sensor',
      'kind: Sensr',
      '2:7 schema "kind" must be Sensor; did you mean "Sensor"?',
    ],
    [
      '  params',
      '  mode: atuo\n  params',
      '10:9 schema "mode" must be one of observe, propose, auto; did you mean "auto"?',
    ],
    ['      type: image.pushed\n', '', '6:7 missing-field "type" is missing.'],
    [
      ', owner: group:default/shop',
      '',
      '3:1 missing-field "owner" is missing.',
    ],
    [
      'owner: group:default/shop',
      'owner: shop',
      '3:32 schema "owner": name the owner in full, such as group:default/platform.',
    ],
    [
      'image.pushed',
      '"image*"',
      '8:13 schema "type": write an exact type, or a prefix that ends in ".*".',
    ],
    [
      'name: pushed',
      'name: 3',
      '6:13 schema "name" must be text, but here is a number.',
    ],
    [
      '  params',
      '  maxAge: 1 hour\n  params',
      '10:11 schema "maxAge": write a duration such as 30s, 5m or 24h.',
    ],
    [
      '  params',
      '  schedule: { timeZone: Europe/Paris2, active: [{}] }\n  params',
      '10:25 schema "timeZone": name a time zone such as Europe/Berlin.',
    ],
    [
      '  params',
      '  schedule: { active: [{ from: "9:00" }] }\n  params',
      '10:32 schema "from": write a time such as "08:00".',
    ],
    [
      '  params',
      '  schedule: { active: [{ from: "09:00", to: "09:00" }] }\n  params',
      '10:45 schema "to": it is the same as `from`; leave both out for whole days.',
    ],
    [
      '  params',
      '  schedule: { active: [{ days: [weekend] }] }\n  params',
      '10:33 schema "0": write days such as mon, sat or mon-fri.',
    ],
    [
      '  params',
      '  window: { join: { within: 1h, reset: { cron: "0 0 30 feb *" } } }\n  params',
      '10:48 schema "cron": write five fields (minute, hour, day, month, weekday) that happen, such as "0 6 * * mon-fri".',
    ],
    // Names.
    [
      'id: sync',
      'id: bump',
      '19:11 duplicate-name "bump" is used twice; give each its own id.',
    ],
    [
      '  params',
      '  condition: pushed || pulled\n  params',
      '10:24 condition There is no dependency "pulled"; did you mean "pushed"?',
    ],
    [
      '  params',
      '  condition: pushed && pushed\n  params',
      '10:21 condition "&&" looks at several events',
    ],
    // Actions and their inputs.
    [
      'git:change',
      'git:chnage',
      '14:15 unknown-action There is no action "git:chnage"; did you mean "git:change"?',
    ],
    [
      '        repo: local:deployments\n',
      '',
      '15:7 missing-field "repo" is missing.',
    ],
    [
      'repo: local',
      'repository: x\n        repo: local',
      '16:9 unknown-field Unknown field "repository"; known are repo,',
    ],
    [
      'kind: yaml',
      'kind: yml',
      '18:21 schema "kind" must be one of yaml, json, kustomize, helm, terraform, template, delete; did you mean "yaml"?',
    ],
    [
      'set: {',
      'sets: {',
      '18:41 unknown-field Unknown field "sets"; did you mean "set"?',
    ],
    [
      '{ tag: "',
      '{ "${{ params.tag }}": "',
      '18:48 schema A key cannot hold ${{ }}; only values can.',
    ],
    [
      '        edits:',
      '        merge: { approvals: many }\n        edits:',
      '17:29 schema "approvals" must be a number, but here is text.',
    ],
    [
      '        edits:',
      '        pullRequest: { labels: "${{ params.tag }}" }\n        edits:',
      '17:32 schema "labels" must be a list, but here is text.',
    ],
    // Expressions.
    [
      'event.data.tag != ""',
      'event.data.tag !== ""',
      '9:30 cel-syntax This is not a CEL expression: found ! but expecting',
    ],
    [
      'filter: event.data.tag != ""',
      'filter: >-\n        event.data.tag !=\n          evnt',
      '11:11 unknown-variable There is no variable "evnt" here; did you mean "event"?',
    ],
    [
      'event.data.tag != ""',
      "'event.id == ''a'' && nope'",
      '9:37 unknown-variable There is no variable "nope" here; known are event.',
    ],
    [
      'event.data.tag != ""',
      '"event.id == \\"a\\" && nope"',
      '9:37 unknown-variable ',
    ],
    [
      'event.data.tag != ""',
      '${{ event.id == "a" }}',
      '9:15 cel-syntax This is an expression already; write it without ${{ }}.',
    ],
    [
      'event.data.tag != ""',
      'event.data.startWith("a")',
      '9:25 unknown-function There is no function "startWith"; did you mean "startsWith"?',
    ],
    [
      'event.data.tag != ""',
      `event.id == "${'a'.repeat(4090)}"`,
      '9:15 cel-limit This expression is longer than 4096 bytes; split it up',
    ],
    [
      'filter: event.data.tag != ""',
      `filter: >-\n        event.id != "" &&\n          ${'['.repeat(33)}${']'.repeat(33)} != []`,
      '11:41 cel-limit This expression is nested deeper than 32 levels; split it up.',
    ],
    [
      'event.data.tag != ""',
      'event.id != "" && event.data.a.all(a, a.all(b, b.all(c, c)))',
      '9:63 cel-limit More than 2 of all, exists,',
    ],
    [
      'event.data.tag != ""',
      `event.data.tag in [${'1, '.repeat(200)}1]`,
      '9:33 cel-limit This list has more than 200 items;',
    ],
    [
      'event.data.tag != ""',
      `${'event.id || '.repeat(340)}true`,
      /^9:\d+ cel-limit This expression has more than 1000 parts; split it up/,
    ],
    [
      'event.data.tag != ""',
      `event.data.tag.matches("^v(")`,
      "9:38 cel-regex This is not a regular expression in RE2's syntax: missing closing ): `^v(`.",
    ],
    [
      'event.data.tag != ""',
      `event.data.tag.matches("${'v'.repeat(501)}")`,
      '9:38 cel-regex This regular expression is longer than 500 characters; use startsWith',
    ],
    [
      'tag: ${{ event.data.tag }}',
      'tag: v${{ event.data.tag',
      '11:11 cel-syntax This ${{ is never closed',
    ],
    [
      'tag: ${{ event.data.tag }}',
      'tag: v${{ params.x }}',
      '11:15 unknown-variable ',
    ],
    [
      '${{ params.tag }}',
      'v${{ params.tga }}',
      '18:59 unknown-name There is no params.tga here; did you mean "tag"?',
    ],
    [
      '${{ params.tag }}',
      '${{ steps.sync.outputs.x }}',
      '18:58 unknown-name The step sync comes later; ',
    ],
    [
      '        edits:',
      '        merge: { when: run.files.size( <= 3 }\n        edits:',
      '17:33 cel-syntax ',
    ],
    [
      '        edits:',
      '        merge: { when: "steps.x == 1" }\n        edits:',
      '17:25 unknown-variable ',
    ],
  ])('marks %j as %j', (from, to, expected) => {
    expect(problemsAfter(from, to)).toContainEqual(
      expect.stringMatching(
        expected instanceof RegExp
          ? expected
          : new RegExp(`^${escape(expected)}`),
      ),
    );
  });

  it('takes ${{ }} for any scalar of an input', () => {
    const text = good.replace(
      '        edits:',
      [
        '        merge: { approvals: "${{ event.data.n }}" }',
        '        coalesce: { within: "${{ event.data.within }}" }',
        '        edits:',
      ].join('\n'),
    );
    expect(problemsOf(text)).toEqual([]);
  });

  it('lets merge.when see the change', () => {
    const text = good
      .replace('spec:', 'spec:\n  mode: auto')
      .replace(
        '        edits:',
        '        merge: { when: "change.files.size() <= 3 && policy.passed" }\n        edits:',
      );
    expect(problemsOf(text)).toEqual([]);
  });

  it('refuses one document and reads the others', () => {
    const text = [
      good.replace('name: shop', 'name: one'),
      good.replace('name: shop', 'name: two').replace('Sensor', 'Sensr'),
      '# nothing here\n',
      good.replace('name: shop', 'name: one'),
      good.replace('name: shop', 'name: three'),
    ].join('---\n');
    const { sensors, refused } = parseSensors(text);
    const length = good.split('\n').length;
    expect(
      sensors.map(({ sensor, line }) => [sensor.metadata.name, line]),
    ).toEqual([
      ['one', 1],
      ['three', 3 * length + 3],
    ]);
    expect(
      refused.map(({ name, problems }) => [
        name,
        problems[0].rule,
        problems[0].line,
      ]),
    ).toEqual([
      ['two', 'schema', length + 2],
      ['one', 'duplicate-name', 2 * length + 5],
    ]);
    expect(sensors[1].yaml).toBe(good.replace('name: shop', 'name: three'));
  });

  it('knows the actions that it is given', () => {
    const notify = { id: 'notify', input: z.strictObject({ to: z.string() }) };
    const text = good.replace('sync:wait', 'notify\n      input: { too: a }');
    const { problems } = parseSensors(text, {
      actions: [...builtInActions, notify],
    });
    expect(problems.map(({ message }) => message)).toEqual([
      '"to" is missing.',
      'Unknown field "too"; did you mean "to"?',
    ]);
  });

  it('holds it against the boundary of its owner', () => {
    const { refused } = parseSensors(good, { boundaries: [] });
    expect(refused[0].problems).toEqual([
      expect.objectContaining({ rule: 'boundary', line: 3, column: 32 }),
    ]);
  });

  it('warns of what is rarely meant', () => {
    const text = good
      .replace('      ingress: harbor\n', '')
      .replace('event.data.tag != ""', '"1 == 1"');
    const { sensors } = parseSensors(text);
    expect(sensors[0].problems).toEqual([
      expect.objectContaining({ rule: 'no-ingress', line: 6, column: 7 }),
      expect.objectContaining({ rule: 'filter-always-true', line: 8 }),
    ]);
    expect(sensors[0].problems.map(one => one.severity)).toEqual([
      'warning',
      'warning',
    ]);
  });

  it.each([
    ['', 0],
    ['# only a comment\n', 0],
    ['---\n---\n', 0],
    ['just text', 1],
    ['- a list', 1],
    ['a'.repeat(1024 * 1024 + 1), 1],
    [`a: ${'['.repeat(20_000)}`, 1],
    [
      `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]`,
      1,
    ],
  ])('reads %.20j without an accident', (text, refused) => {
    const result = parseSensors(text);
    expect(result.sensors).toEqual([]);
    expect(result.refused).toHaveLength(refused);
  });

  it('never throws, and every problem has its place in the text', () => {
    const edit = fc.tuple(
      fc.nat({ max: good.length }),
      fc.nat({ max: 12 }),
      fc.oneof(
        fc.string({ maxLength: 6 }),
        fc.constantFrom(
          '${{',
          '}}',
          '\n',
          '  - ',
          ': ',
          '{',
          '[',
          '&a',
          '*a',
          '"',
          "'",
          '|',
          '\t',
        ),
      ),
    );
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), edits => {
        let text = good;
        for (const [at, length, more] of edits) {
          text = text.slice(0, at) + more + text.slice(at + length);
        }
        const { problems } = parseSensors(text);
        const lines = text.split('\n');
        for (const { line, column } of problems) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual(lines[line - 1].length + 1);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('reads the examples of this repository', () => {
    const folder = join(__dirname, '../../../../examples/sensors');
    const files = readdirSync(folder).filter(name => !/\.test\./.test(name));
    for (const file of files) {
      const text = readFileSync(join(folder, file), 'utf8');
      expect({ file, problems: parseSensors(text).problems }).toEqual({
        file,
        problems: [],
      });
    }
  });
});

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
