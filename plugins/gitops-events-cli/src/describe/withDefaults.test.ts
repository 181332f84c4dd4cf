import {
  builtInActions,
  sensorJsonSchema,
  sensorSchema,
  type JsonSchema,
} from '@gitops-events/plugin-gitops-events-sensors';
import { parse, stringify } from 'yaml';
import { withDefaults } from './withDefaults';

const windows = [
  { join: { within: '5m', reset: { cron: '0 6 * * *' } } },
  { count: { of: 2, within: '5m' } },
  { batch: { within: '5m' } },
  { debounce: { quiet: '5m' } },
  { cooldown: { for: '5m' } },
];

const file = 'apps/values.yaml';
const change = {
  repo: 'local:deployments',
  edits: [
    { kind: 'yaml', file, remove: ['a'] },
    { kind: 'yaml', file, set: { a: 1 } },
    { kind: 'kustomize', file, resources: {} },
    { kind: 'helm', file },
    { kind: 'terraform', file: 'main.tfvars', set: {} },
    { kind: 'template', from: 'a', into: 'b' },
    { kind: 'delete', file },
  ],
  pullRequest: {},
  merge: {},
  coalesce: {},
};

/** As little as it takes for each field with a default to be of concern. */
const sensors = windows.map(window => ({
  apiVersion: 'gitops-events.io/v1alpha1',
  kind: 'Sensor',
  metadata: { name: 'promote', owner: 'group:default/platform' },
  spec: {
    dependencies: [{ name: 'pushed', type: 'image.pushed' }],
    window,
    dedupe: { key: 'event.id' },
    rateLimit: { max: 1, per: '1m' },
    schedule: { active: [{}] },
    concurrency: {},
    circuitBreaker: {},
    steps: [
      { id: 'bump', action: 'git:change', input: change, retry: {} },
      { id: 'sync', action: 'sync:wait', input: {}, retry: {} },
    ],
    onFailure: [
      { id: 'back', action: 'git:change', input: change, retry: {} },
      { id: 'seen', action: 'sync:wait', input: {}, retry: {} },
    ],
  },
}));

/** What the engine reads in it. */
function read(document: unknown): any {
  const sensor = sensorSchema.parse(document);
  for (const step of [...sensor.spec.steps, ...sensor.spec.onFailure!]) {
    const { input } = builtInActions.find(({ id }) => id === step.action)!;
    step.input = input.parse(step.input) as typeof step.input;
  }
  // As YAML holds it, without what is undefined.
  return parse(stringify(sensor));
}

/** Where the schema has a default, as `spec.steps[].retry.attempts`. */
function defaultsIn(schema: JsonSchema, at = ''): string[] {
  const inside = [
    ...Object.entries<JsonSchema>(schema.properties ?? {}).flatMap(
      ([name, inner]) => defaultsIn(inner, at ? `${at}.${name}` : name),
    ),
    ...(schema.items ? defaultsIn(schema.items, `${at}[]`) : []),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(
      (inner: JsonSchema) => defaultsIn(inner, at),
    ),
    ...(schema.allOf ?? []).flatMap((rule: JsonSchema) =>
      defaultsIn(rule.then, at),
    ),
  ];
  return schema.default === undefined ? inside : [at, ...inside];
}

function placesIn(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) {
    return [at, ...value.flatMap(item => placesIn(item, `${at}[]`))];
  }
  if (typeof value !== 'object' || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([name, inner]) =>
      placesIn(inner, at ? `${at}.${name}` : name),
    ),
  ];
}

describe('a sensor with its defaults', () => {
  it.each(sensors.map(sensor => [Object.keys(sensor.spec.window)[0], sensor]))(
    'holds all that the engine reads, with the window %s',
    (_, sensor) => {
      expect(parse(withDefaults(stringify(sensor)))).toEqual(read(sensor));
    },
  );

  it('is tried with every default that the schema has', () => {
    const tried = new Set(sensors.flatMap(sensor => placesIn(read(sensor))));
    const all = defaultsIn(sensorJsonSchema());
    expect(all.length).toBeGreaterThan(40);
    expect(all.filter(place => !tried.has(place))).toEqual([]);
  });

  it('marks those alone that it added', () => {
    const [sensor] = sensors;
    const text = withDefaults(
      stringify({ ...sensor, spec: { ...sensor.spec, mode: 'auto' } }),
    );
    expect(text).toContain('mode: auto\n');
    expect(text).toMatch(/priority: normal # default/);
    expect(text).toMatch(/approvals: 1 # default/);
  });
});
