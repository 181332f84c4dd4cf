import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Boundary } from '@gitops-events/plugin-gitops-events-sensors';
import { defaultRetention } from '../retention/readRetention';
import { Nudges } from '../nudges';
import { readActiveSet } from '../store/activeSet';
import { appendChain, verifyChain } from '../store/chain';
import type { Database } from '../store/database';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { loadSensors, type LoaderOptions } from './loader';
import { ParsedFiles } from './parsedFiles';
import { createSensorDecisions } from './pauseSensor';
import { prefixOf } from './readLocations';
import { UnreadableLocations } from './unreadableLocations';
import { silentLogger } from '../__testUtils__/testLogger';

const databases = testDatabases();

const yaml = (name: string, more = '') => `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata:
  name: ${name}
  owner: group:default/platform
spec:
  dependencies:
    - { name: pushed, ingress: registry, type: io.example.pushed }
  steps:
    - { id: clean, action: 'git:change', input: { repo: 'local:shop', edits: [{ kind: delete, file: old.yaml }] } }
${more}`;

const boundary: Boundary = {
  owner: 'group:default/platform',
  ingresses: ['registry'],
  actions: ['*'],
  repositories: [{ repo: 'local:shop', branches: ['*'], paths: ['*'] }],
  environments: ['*'],
  merge: true,
};

/** A host whose files a test can change. */
class Urls {
  readonly files = new Map<string, string>();
  unreachable: Error | undefined;
  async readUrl(url: string) {
    const text = this.files.get(url);
    if (text === undefined) throw new Error(`${url} answered 404`);
    return { buffer: async () => Buffer.from(text) };
  }
  async readTree(url: string) {
    if (this.unreachable) throw this.unreachable;
    const files = [...this.files].filter(([path]) => path.startsWith(url));
    return {
      files: async () =>
        files.map(([path, text]) => ({
          path: path.slice(url.length + 1),
          content: async () => Buffer.from(text),
        })),
      archive: async () => {
        throw new Error('not asked for');
      },
      dir: async () => '',
      etag: '',
    };
  }
}

/** Answers the first question with what it read, and only when it is told to. */
class SlowUrls {
  goOn = () => {};
  private told = () => {};
  readonly hasRead = new Promise<void>(done => {
    this.told = done;
  });
  private readonly wait = new Promise<void>(done => {
    this.goOn = done;
  });
  constructor(private readonly urls: Urls) {}
  readUrl = (url: string) => this.urls.readUrl(url);
  async readTree(url: string) {
    const tree = await this.urls.readTree(url);
    const files = await tree.files();
    this.told();
    await this.wait;
    return { ...tree, files: async () => files };
  }
}

describe.each(databaseKinds)('the loader on %s', kind => {
  let folder: string;
  let database: Database;
  let options: LoaderOptions;
  const urls = new Urls();
  const url = 'https://forge.example/sensors';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gitops-events-loader-'));
    database = await databases.open(kind);
    urls.files.clear();
    urls.unreachable = undefined;
    const nudges = new Nudges();
    options = {
      knex: database.knex,
      config: {
        sensors: { locations: [{ folder }, { url }], refreshSeconds: 30 },
        boundaries: [boundary],
        retention: defaultRetention,
      },
      urlReader: urls,
      parsed: new ParsedFiles(() => ({ boundaries: [boundary] })),
      unreadable: new UnreadableLocations(),
      nudges,
      logger: silentLogger(),
    };
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (file: string, text: string) => {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  const active = async () => {
    const { generation, sensors } = await readActiveSet(database.knex);
    return [
      generation,
      ...sensors.map(({ name, revision }) => `${name}:${revision}`),
    ];
  };
  const row = async (name: string) => {
    const found = await database.knex('sensors').where({ name }).first();
    return found && { ...found, problems: JSON.parse(found.problems) };
  };

  it('reads folders, files in them and URLs, and writes only what is new', async () => {
    await write('a.yaml', `${yaml('one')}---\n${yaml('two')}`);
    await write('deep/b.yml', yaml('three'));
    await write('notes.txt', 'not a sensor');
    await write('a.test.yaml', 'kind: SensorTest');
    urls.files.set(`${url}/c.yaml`, yaml('four'));
    await loadSensors(options);
    expect(await active()).toEqual([1, 'four:1', 'one:1', 'three:1', 'two:1']);
    const rows = await database.knex('sensors').orderBy('name');

    await loadSensors(options);
    expect(await database.knex('sensors').orderBy('name')).toEqual(rows);
    expect(await active()).toEqual([1, 'four:1', 'one:1', 'three:1', 'two:1']);
  });

  it('makes a revision of each new text', async () => {
    await write('a.yaml', yaml('one'));
    await loadSensors(options);
    await write('a.yaml', yaml('one', '  maxAge: 1h\n'));
    await loadSensors(options);
    expect(await active()).toEqual([2, 'one:2']);
    const { sensors } = await readActiveSet(database.knex);
    expect(sensors[0].definition.spec.maxAge).toBe('1h');
    expect(await database.knex('sensor_revisions')).toHaveLength(2);
  });

  it('keeps the last good revision while the newest text is broken', async () => {
    await write('a.yaml', yaml('one'));
    await loadSensors(options);
    await write('a.yaml', yaml('one', '  maxAge: soon\n'));
    await loadSensors(options);
    expect(await active()).toEqual([1, 'one:1']);
    expect(await row('one')).toMatchObject({
      revision: 1,
      refused_yaml: expect.stringContaining('soon'),
      problems: [{ severity: 'error', line: 11, column: 11 }],
    });

    await write('a.yaml', yaml('one'));
    await loadSensors(options);
    expect(await active()).toEqual([1, 'one:1']);
    expect(await row('one')).toMatchObject({
      problems: [],
      refused_yaml: null,
    });
  });

  it('refuses a sensor that remembers for longer than events are known', async () => {
    await write('a.yaml', yaml('one', '  maxAge: 36d\n'));
    await write('b.yaml', yaml('two', '  maxAge: 35d\n'));
    await loadSensors(options);
    expect(await active()).toEqual([1, 'two:1']);
    expect((await row('one')).problems).toMatchObject([
      {
        rule: 'retention',
        severity: 'error',
        message: expect.stringContaining(
          'maxAge is 36d, and after 35 days an event that is sent again counts as a new one',
        ),
        line: 11,
        column: 3,
      },
    ]);
  });

  it('keeps the last good revision of a text that is not even YAML', async () => {
    await write('a.yaml', yaml('one'));
    await loadSensors(options);
    await write('a.yaml', yaml('one').replace('name: one', 'name: [one'));
    await loadSensors(options);
    expect(await active()).toEqual([1, 'one:1']);
    expect((await row('one')).problems).toMatchObject([
      { rule: 'yaml-syntax' },
    ]);
    expect(await database.knex('sensors')).toHaveLength(1);
  });

  it('shows a document that was never good', async () => {
    await write(
      'Broken One.yaml',
      'kind: Sensor\nmetadata: {owner: "group:default/shop"}\n  x',
    );
    await write('new.yaml', yaml('new', '  maxAge: soon\n'));
    await loadSensors(options);
    expect(await active()).toEqual([1]);
    expect(await row('broken-one.yaml')).toMatchObject({
      revision: null,
      present: expect.anything(),
      problems: expect.arrayContaining([
        expect.objectContaining({ severity: 'error', line: 3 }),
      ]),
    });
    expect((await row('new')).problems.length).toBeGreaterThan(0);
  });

  it('takes a sensor away with its document, and back with it', async () => {
    await write('a.yaml', yaml('one'));
    await loadSensors(options);
    await write('a.yaml', '# nothing here\n');
    await loadSensors(options);
    expect(await active()).toEqual([2]);
    await write('a.yaml', yaml('one'));
    await loadSensors(options);
    expect(await active()).toEqual([3, 'one:1']);
  });

  it('keeps the sensors of a location that cannot be read now', async () => {
    const file = `${url}/one.yaml`;
    urls.files.set(file, yaml('one'));
    const { config } = options;
    config.sensors.locations = [{ folder }, { url: file }];
    await loadSensors(options);
    urls.files.clear();
    await write('a.yaml', yaml('two'));
    await loadSensors(options);
    expect(await active()).toEqual([2, 'one:1', 'two:1']);
  });

  it('has no active set before each location was read once', async () => {
    const { config } = options;
    const file = `${url}/one.yaml`;
    config.sensors.locations = [{ folder }, { url: file }];
    await write('a.yaml', yaml('two'));
    await loadSensors(options);
    expect(await active()).toEqual([0]);
    urls.files.set(file, '# nothing yet\n');
    await loadSensors(options);
    expect(await active()).toEqual([1, 'two:1']);
  });

  it('goes on without a location that could not be read three times, and says so', async () => {
    const { config, unreadable } = options;
    const missing = join(folder, 'missing');
    config.sensors.locations = [{ folder: missing }, { folder }];
    await write('a.yaml', yaml('two'));
    for (const eventsWait of [true, true, false]) {
      await loadSensors(options);
      expect(await active()).toEqual(eventsWait ? [0] : [1, 'two:1']);
      expect(unreadable.list()).toEqual([
        {
          location: prefixOf({ folder: missing }),
          message: expect.stringMatching(
            eventsWait ? /no such folder.*Events wait/ : /decide without it/,
          ),
          since: expect.any(String),
          eventsWait,
        },
      ]);
    }
    const { logger } = options;
    expect(jest.mocked(logger.warn).mock.calls).toHaveLength(2);

    await write('missing/b.yaml', yaml('one'));
    await loadSensors(options);
    expect(unreadable.list()).toEqual([]);
    expect(await active()).toEqual([2, 'one:1', 'two:1']);
    expect(logger.info).toHaveBeenCalledWith(
      expect.stringContaining('can be read again'),
    );
  });

  it('tells an address that a location was not reached at to the log alone', async () => {
    const { unreadable, logger } = options;
    const error = new Error('connect ECONNREFUSED 10.0.0.7:443');
    urls.unreachable = Object.assign(error, { code: 'ECONNREFUSED' });
    await loadSensors(options);
    const [{ message }] = unreadable.list();
    expect(message).toMatch(/^Something failed inside the portal.*Events wait/);
    expect(message).not.toContain('10.0.0.7');
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining(`Sensors of ${url}`),
      error,
    );
  });

  it('does not wait for a location that was added later', async () => {
    await write('a.yaml', yaml('two'));
    await loadSensors(options);
    options.config.sensors.locations.push({ url: `${url}/gone.yaml` });
    await write('a.yaml', yaml('two', '  maxAge: 1h\n'));
    await loadSensors(options);
    expect(await active()).toEqual([2, 'two:2']);
    expect(options.unreadable.list()).toMatchObject([{ eventsWait: false }]);
  });

  it('parses a file once as long as its text stays', async () => {
    const { parsed } = options;
    const file = { location: 'a.yaml', text: yaml('one') };
    const [first] = parsed.parse([file]);
    const [second] = parsed.parse([{ ...file }]);
    expect(second.parsed).toBe(first.parsed);
    const [other] = parsed.parse([{ ...file, text: yaml('two') }]);
    expect(other.parsed.sensors[0].sensor.metadata.name).toBe('two');
    parsed.parse([]);
    const [again] = parsed.parse([file]);
    expect(again.parsed).not.toBe(first.parsed);
  });

  it('has an active set when there is no sensor at all', async () => {
    await loadSensors(options);
    await loadSensors(options);
    expect(await active()).toEqual([1]);
  });

  it('does not let a later file take a name', async () => {
    await write('a.yaml', yaml('one'));
    urls.files.set(`${url}/b.yaml`, yaml('one', '  maxAge: 1h\n'));
    await loadSensors(options);
    const { sensors } = await readActiveSet(database.knex);
    expect(sensors[0].definition.spec.maxAge).toBeUndefined();
    expect((await row('one')).problems).toMatchObject([
      { rule: 'duplicate-name', severity: 'warning' },
    ]);
  });

  it('takes a sensor out of the set that its boundary does not allow any more', async () => {
    await write('a.yaml', yaml('one'));
    await loadSensors(options);
    const closed = { ...boundary, ingresses: [] };
    await loadSensors({
      ...options,
      config: { ...options.config, boundaries: [closed] },
      parsed: new ParsedFiles(() => ({ boundaries: [closed] })),
    });
    expect(await active()).toEqual([2]);
    expect((await row('one')).problems).toMatchObject([{ rule: 'boundary' }]);
  });

  it('writes once when two load at the same time', async () => {
    await write('a.yaml', yaml('one'));
    const other =
      kind === 'postgres' ? databases.again(database) : database.knex;
    await Promise.all([
      loadSensors(options),
      loadSensors({ ...options, knex: other }),
      loadSensors(options),
    ]);
    expect(await active()).toEqual([1, 'one:1']);
    expect((await row('one')).version).toEqual(kind === 'postgres' ? '1' : 1);
  });

  it('leaves to a newer engine what it can read neither in the document nor in what is active', async () => {
    await write('a.yaml', yaml('one'));
    await loadSensors(options);
    const before = await row('one');
    const older = { ...options, whyUnreadable: () => 'It is new.' };
    await write('a.yaml', yaml('one', '  tomorrow: 1\n'));
    await loadSensors(older);
    expect(await row('one')).toEqual(before);
    // What it can read in the document counts again, as after going back.
    await write('a.yaml', yaml('one', '  title: Back\n'));
    await loadSensors(older);
    expect(await row('one')).toMatchObject({ revision: 2 });
    // Whoever can read what is active says what is wrong with the document.
    await write('a.yaml', yaml('one', '  tomorrow: 1\n'));
    await loadSensors(options);
    expect(await row('one')).toMatchObject({
      revision: 2,
      problems: [{ rule: 'unknown-field' }],
    });
  });

  it('does not undo what another replica read later', async () => {
    const file = `${url}/a.yaml`;
    urls.files.set(file, yaml('one'));
    await loadSensors(options);
    const other =
      kind === 'postgres' ? databases.again(database) : database.knex;
    const slow = new SlowUrls(urls);

    const before = loadSensors({ ...options, urlReader: slow, knex: other });
    await slow.hasRead;
    urls.files.set(file, yaml('one', '  maxAge: 1h\n'));
    urls.files.set(`${url}/b.yaml`, yaml('two'));
    await loadSensors(options);
    slow.goOn();
    await before;
    expect(await active()).toEqual([2, 'one:2', 'two:1']);
    const { sensors } = await readActiveSet(database.knex);
    expect(sensors[0].definition.spec.maxAge).toBe('1h');
  });

  it('does not tell what a sensor was refused for before, either', async () => {
    const file = `${url}/a.yaml`;
    urls.files.set(file, yaml('one', '  maxAge: soon\n'));
    await loadSensors(options);
    const slow = new SlowUrls(urls);
    urls.files.set(file, yaml('one', '  maxAge: later\n'));
    const before = loadSensors({ ...options, urlReader: slow });
    await slow.hasRead;
    urls.files.set(file, yaml('one', '  maxAge: never\n'));
    await loadSensors(options);
    slow.goOn();
    await before;
    expect((await row('one')).refused_yaml).toContain('never');
  });

  it('pauses and resumes a sensor as the person saw it', async () => {
    await write('a.yaml', yaml('one'));
    await loadSensors(options);
    const decisions = createSensorDecisions({
      commits: {
        run: work =>
          database.knex.transaction(async tx =>
            appendChain(tx, 'people', await work(tx), 1),
          ),
      },
      nudges: options.nudges,
    });
    const ana = { name: 'one', by: 'user:default/ana' };
    await decisions.pauseSensor({ ...ana, version: 1 });
    const { paused, generation } = await readActiveSet(database.knex);
    expect([generation, ...paused]).toEqual([2, 'one']);
    await expect(decisions.pauseSensor({ ...ana, version: 1 })).rejects.toThrow(
      'Somebody paused it meanwhile.',
    );

    await loadSensors(options);
    expect((await readActiveSet(database.knex)).paused.size).toBe(1);
    await decisions.resumeSensor({ ...ana, version: 2 });
    expect((await readActiveSet(database.knex)).paused.size).toBe(0);
    expect(await verifyChain(database.knex, 'people')).toMatchObject({
      rows: 2,
    });
    await expect(
      decisions.resumeSensor({ ...ana, name: 'none', version: 1 }),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });
});
