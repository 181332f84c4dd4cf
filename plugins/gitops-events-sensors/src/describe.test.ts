import { builtInActions } from './actions';
import { describeSensor } from './describe';
import { toJsonSchema, type JsonSchema } from './jsonSchema';
import { sensorSchema } from './schema';
import { sensorOf } from './__testUtils__/sensorOf';

describe('describeSensor', () => {
  it('says what it listens to, what it does and what bounds it', () => {
    const sensor = sensorOf({
      mode: 'auto',
      dependencies: [
        {
          name: 'a',
          type: 'image.*',
          ingress: 'harbor',
          filter: 'event.n == 1',
        },
      ],
      dedupe: { key: 'event.id', for: '1h' },
      maxAge: '5m',
      entity: 'component:default/${{ event.n }}',
      target: { environment: 'staging', tenant: '${{ event.t }}' },
      context: { customer: '${{ event.c }}' },
      priority: 'low',
      schedule: {
        timeZone: 'Europe/Berlin',
        active: [{ days: ['mon-thu'], from: '08:00' }, { days: ['sun'] }],
      },
      concurrency: { key: 'event.subject' },
      circuitBreaker: { failures: 3, per: 'entity', maxHold: '1h' },
      steps: [
        { id: 'bump', action: 'git:change', input: { repo: 'local:shop' } },
        { id: 'sync', action: 'sync:wait' },
        { id: 'tell', action: 'notify', if: 'event.n > 1' },
      ],
      onFailure: [{ id: 'undo', action: 'notify', retry: { attempts: 3 } }],
    });
    expect(describeSensor(sensor)).toEqual({
      title: 'shop',
      listensTo: ['a: image.… from harbor where event.n == 1'],
      concerns: [
        'The entity component:default/${{ event.n }}',
        'Lands in environment staging, tenant ${{ event.t }}',
        'Approvers are shown customer (${{ event.c }})',
      ],
      does: [
        'bump: Changes local:shop, branch main, 1 approval where it may not merge by itself',
        'sync: Waits until what it changed is applied and healthy, for at most 10m',
        'tell: Runs notify, only if event.n > 1',
      ],
      onFailure: ['undo: Runs notify, tried up to 3 times, 1s to 5m apart'],
      bounds: [
        'Merges by itself what the policies pass',
        'Once in 1h for the same event.id',
        'Only events up to 5m old',
        'Begins only mon-thu 08:00 to 24:00, or sun 00:00 to 24:00 (Europe/Berlin); runs wait until then',
        'At most 1 at a time for the same event.subject; the next waits',
        'After 3 failures of the same entity (denied by policy, failed, sync failed) within 10m it waits for 15m, at most 1h, then one run tries',
        'Lets others go first when many runs are due',
        'A step that cannot reach the other side is tried up to 5 times, 1s to 5m apart',
      ],
    });
  });
});

describe('a draft in words', () => {
  it('says until when it is one', () => {
    const input = {
      ...{ repo: 'local:shop', edits: [] },
      pullRequest: { draft: true },
    };
    const described = describeSensor(
      sensorOf({ steps: [{ id: 'bump', action: 'git:change', input }] }),
    );
    expect(described.does).toEqual([
      'bump: Changes local:shop, branch main, 1 approval where it may not merge by itself, a draft until then',
    ]);
  });
});

describe('a join in words', () => {
  const join = { join: { within: '30m' } };
  const dependencies = ['a', 'b'].map(name => ({ name, type: name }));
  it.each([
    [undefined, 'Waits up to 30m for a && b'],
    ['a && !b', 'Waits up to 30m for a && !b'],
  ])('of %s names what it waits for', (condition, words) => {
    const sensor = sensorOf({ dependencies, condition, window: join });
    expect(describeSensor(sensor).bounds).toContain(words);
  });
});

type Path = Array<string | number>;

/** Each place with a default that says something, and the schema there. */
function defaultsIn(
  schema: JsonSchema,
  path: Path = [],
): Array<[Path, JsonSchema]> {
  if (schema.type === 'object') {
    return Object.entries<JsonSchema>(schema.properties ?? {}).flatMap(
      ([name, inner]) => defaultsIn(inner, [...path, name]),
    );
  }
  const own: Array<[Path, JsonSchema]> =
    schema.default === undefined || schema.default.length === 0
      ? []
      : [[path, schema]];
  return schema.type === 'array' && schema.items
    ? [...own, ...defaultsIn(schema.items, [...path, 0])]
    : own;
}

/** Anything that the schema takes. */
function sample(schema: JsonSchema): unknown {
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name: string) => [
          name,
          sample(schema.properties[name]),
        ]),
      );
    case 'array':
      return [sample(schema.items)];
    case 'integer':
      return schema.minimum ?? 1;
    default:
      if (schema.enum) return schema.enum[0];
      if (schema.format === 'cron') return '0 6 * * *';
      return schema.pattern?.includes('ms|s|m|h|d') ? '1h' : 'a1';
  }
}

function anotherThan(schema: JsonSchema): unknown {
  const { default: usual } = schema;
  if (schema.enum) return schema.enum.find((one: unknown) => one !== usual);
  if (Array.isArray(usual)) {
    return usual.length > 1 ? usual.slice(1) : ['tue'];
  }
  if (typeof usual === 'boolean') return !usual;
  if (typeof usual === 'number') {
    return usual === schema.maximum ? usual - 1 : usual + 1;
  }
  if (schema.format === 'time-zone') return 'Asia/Tokyo';
  if (schema.pattern?.includes(':')) return '11:30';
  return schema.pattern ? '77m' : `another-${usual}`;
}

/** A copy with the value at the path; what it stands in is made where it is missing. */
function put(root: any, schema: JsonSchema, path: Path, value?: unknown): any {
  const [key, ...rest] = path;
  if (key === undefined) return value === undefined ? root : value;
  const copy = structuredClone(root ?? sample(schema)) as any;
  const inner = typeof key === 'number' ? schema.items : schema.properties[key];
  if (rest.length === 0 && value === undefined) return copy;
  copy[key] = put(copy[key], inner, rest, value);
  return copy;
}

describe('each default of the schema', () => {
  const schema = toJsonSchema(sensorSchema).properties.spec;
  const spec = {
    dependencies: [{ name: 'a', type: 'image.pushed' }],
    steps: [{ id: 'bump', action: 'notify' }],
  };
  const wordsOf = (changed: any) =>
    JSON.stringify(describeSensor(sensorOf(changed)));

  /** A choice or list is told in other words. */
  const literalOf = (at: JsonSchema) =>
    at.enum || Array.isArray(at.default) ? '' : String(at.default);

  const inSensor = defaultsIn(schema);
  it.each(
    inSensor.map(([path, at]) => ({ path: path.join('.'), at, keys: path })),
  )('is told: $path', ({ keys, at }) => {
    const usual = wordsOf(put(spec, schema, keys));
    const other = wordsOf(put(spec, schema, keys, anotherThan(at)));
    expect(other).not.toBe(usual);
    expect(usual).toContain(literalOf(at));
  });

  const inActions = builtInActions.flatMap(action => {
    const input = toJsonSchema(action.input);
    return defaultsIn(input).map(([keys, at]) => ({
      path: `${action.id} ${keys.join('.')}`,
      action,
      input,
      keys,
      at,
    }));
  });
  it.each(inActions)('is told: $path', ({ action, input, keys, at }) => {
    const words = (value?: unknown) => {
      const filled = put(undefined, input, keys, value);
      const step = { id: 'bump', action: action.id, input: filled };
      return wordsOf({ ...spec, steps: [step] });
    };
    expect(words(anotherThan(at))).not.toBe(words());
    expect(words()).toContain(literalOf(at));
  });

  it('is found at all', () => {
    expect(inSensor.length).toBeGreaterThan(10);
    expect(inActions.length).toBeGreaterThanOrEqual(3);
  });
});
