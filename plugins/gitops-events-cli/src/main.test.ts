import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { main } from './main';

jest.setTimeout(60_000);

const examples = path.join(__dirname, '../../../examples/sensors');

const sensor = `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: promote, owner: group:default/platform }
spec:
  mode: auto
  dependencies:
    - { name: pushed, ingress: registry, type: image.pushed, filter: event.data.tag != "latest" }
  steps:
    - id: bump
      action: git:change
      input:
        repo: local:deployments
        edits:
          - { kind: yaml, file: shop.yaml, set: { tag: "\${{ event.data.tag }}" } }
`;
const testFile = `apiVersion: gitops-events.io/v1alpha1
kind: SensorTest
repositories: { local:deployments: . }
defaults: { type: image.pushed, ingress: registry }
cases:
  - name: a tag & its file
    events:
      - data: { tag: v2 }
        expect:
          outcome: fired
          steps:
            bump:
              input: { base: main }
              mergesItself: true
              diff: { shop.yaml: "-tag: v1\\n+tag: v2" }
              files: { shop.yaml: "tag: v2" }
  - name: latest
    events:
      - data: { tag: latest }
        expect: { outcome: notMatched, message: '\`event.data.tag\` was "latest"' }
`;

describe('gitops-events', () => {
  let folder: string;
  let printed: string[];
  let complained: string[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gitops-events-cli-'));
    printed = [];
    complained = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (name: string, text: string) =>
    writeFile(path.join(folder, name), text);
  const run = (...args: string[]) =>
    main(args, {
      print: text => printed.push(text),
      complain: text => complained.push(text),
    });
  /** What was printed, with paths below the folder of the test. */
  const output = () => printed.join('\n').replaceAll(`${folder}/`, '');

  describe('lint', () => {
    it('tells places and rules, and fails for errors alone', async () => {
      await write('good.yaml', sensor);
      expect(await run('lint', folder)).toBe(0);
      expect(output()).toBe(
        'Not checked: Boundaries and names of secrets: say what there is with --config app-config.yaml or --installation.\nNo problems.',
      );

      printed = [];
      await write('warned.yaml', sensor.replace('ingress: registry, ', ''));
      expect(await run('lint', folder)).toBe(0);
      expect(await run('lint', '--strict', folder)).toBe(1);
      expect(printed[0].replace(`${folder}/`, '')).toMatch(
        /^warned.yaml:7:7: warning: Without `ingress` .* \(no-ingress\)$/,
      );

      printed = [];
      await write('bad.yaml', sensor.replace('mode: auto', 'mode: automatic'));
      expect(await run('lint', '--json', folder)).toBe(1);
      expect(JSON.parse(printed.join('\n'))).toMatchObject({
        problems: [
          { rule: 'schema', severity: 'error', line: 5, column: 9 },
          { rule: 'no-ingress', severity: 'warning' },
        ],
      });
    });

    it('holds sensors against the boundaries of a configuration', async () => {
      await write('sensor.yaml', sensor);
      await write('app-config.yaml', 'gitopsEvents: { boundaries: [] }');
      const config = path.join(folder, 'app-config.yaml');
      const file = path.join(folder, 'sensor.yaml');
      expect(await run('lint', '--config', config, file)).toBe(1);
      expect(output()).toContain(
        'sensor.yaml:3:35: error: Nothing is granted to group:default/platform',
      );
    });

    const tells = `${sensor.replace('  steps:', '  dedupe: { key: event.data.tag }\n  steps:')}    - id: tell
      action: chat:post
      input: { room: deployments, token: 'Bearer \${{ secrets.chat }}' }
`;
    /** As the portal answers, of a module with the action \`chat:post\`. */
    const installation = {
      actions: [
        {
          id: 'chat:post',
          input: {
            type: 'object',
            properties: {
              room: { type: 'string' },
              token: { type: 'string', format: 'secret' },
            },
            required: ['room'],
            additionalProperties: false,
          },
        },
      ],
      secrets: ['chat'],
      boundaries: [
        {
          owner: 'group:default/platform',
          ingresses: ['registry'],
          actions: ['*'],
          repositories: [
            { repo: 'local:deployments', branches: ['*'], paths: ['*'] },
          ],
          environments: [],
          secrets: ['chat'],
          merge: true,
        },
      ],
    };
    const given = (name: string) => path.join(folder, name);

    it('knows secrets by what configurations say, and reads none of them', async () => {
      await write('sensor.yaml', tells);
      const { boundaries } = installation;
      await write(
        'app-config.yaml',
        `gitopsEvents:
  boundaries: { $include: boundaries.json }
  secrets: { other: { $file: not-there.txt } }
`,
      );
      await write('boundaries.json', JSON.stringify(boundaries));
      const args = ['lint', '--config', given('app-config.yaml')];
      expect(await run(...args, given('sensor.yaml'))).toBe(1);
      expect(output()).toContain('There is no secret "chat"');
      expect(output()).toContain('Not checked: Inputs of chat:post');
      expect(output()).not.toContain('Not checked: Boundaries');

      printed = [];
      await write(
        'app-config.production.yaml',
        'gitopsEvents: { secrets: { chat: { $env: NOBODY_HAS_SET_THIS } } }',
      );
      args.push('--config', given('app-config.production.yaml'));
      expect(await run(...args, given('sensor.yaml'))).toBe(0);
      expect(await run('lint', '--config', 'none.yaml', folder)).toBe(2);
    });

    it('knows actions of modules by what the portal answers', async () => {
      await write('sensor.yaml', tells);
      await write('installation.json', JSON.stringify(installation));
      const args = ['lint', '--installation', given('installation.json')];
      expect(await run(...args, given('sensor.yaml'))).toBe(0);
      expect(output()).toBe('No problems.');

      printed = [];
      const wrong = tells
        .replace('room: deployments', "roam: '${{ secrets.chat }}'")
        .replace('git:change', 'git:commit');
      await write('sensor.yaml', wrong);
      expect(await run(...args, given('sensor.yaml'))).toBe(1);
      expect(output()).toContain('Unknown field "roam"');
      expect(output()).toContain('secret-place');
      expect(output()).toContain('There is no action "git:commit"');

      await write('installation.json', '{"actions": 1}');
      expect(await run(...args, given('sensor.yaml'))).toBe(2);
      expect(complained[0]).toContain('is not what GET');
    });

    it('describes and tests sensors with actions of modules', async () => {
      await write('promote.yaml', tells);
      await write('shop.yaml', 'tag: v1\n');
      await write('promote.test.yaml', testFile);
      expect(await run('test', folder)).toBe(0);
      expect(await run('describe', given('promote.yaml'))).toBe(0);
      expect(output()).toContain('tell: Runs chat:post, with the secret chat');
    });

    it('says plainly which actions it does not know, and refuses misspelt ones of ours', async () => {
      await write('sensor.yaml', tells);
      expect(await run('lint', '--json', given('sensor.yaml'))).toBe(0);
      expect(JSON.parse(printed.join('\n'))).toMatchObject({
        problems: [],
        unchecked: [
          expect.stringMatching(/^Boundaries and names of secrets/),
          expect.stringMatching(/^Inputs of chat:post/),
        ],
      });
      await write('sensor.yaml', tells.replace('git:change', 'git:chnage'));
      expect(await run('lint', given('sensor.yaml'))).toBe(1);
      expect(output()).toContain('There is no action "git:chnage"');
    });

    it('says which file it cannot read', async () => {
      expect(await run('lint', path.join(folder, 'none.yaml'))).toBe(2);
      expect(complained[0]).toContain('none.yaml');
      expect(await run('lint', folder)).toBe(2);
      expect(complained[1]).toContain('Nothing to read');
    });
  });

  describe('test', () => {
    beforeEach(async () => {
      await write('promote.yaml', sensor);
      await write('shop.yaml', 'tag: v1\n');
    });

    it('holds decisions, inputs and files against what is expected', async () => {
      await write('promote.test.yaml', testFile);
      expect(await run('test', folder)).toBe(0);
      expect(output()).toBe(
        'promote.test.yaml\n  ✓ a tag & its file\n  ✓ latest\n2 passed, 0 failed.',
      );
      expect(await readFile(path.join(folder, 'shop.yaml'), 'utf8')).toBe(
        'tag: v1\n',
      );
    });

    it.each([
      ['outcome: fired', 'outcome: held', 'outcome: expected held, was fired'],
      ['base: main', 'base: next', 'steps.bump.input.base: expected "next"'],
      ['mergesItself: true', 'mergesItself: false', 'expected false, was true'],
      ['+tag: v2', '+tag: v3', 'steps.bump.diff.shop.yaml: expected'],
      ['diff: { shop', 'diff: { other', 'shop.yaml changes too'],
      ['"tag: v2"', '"tag: v1"', 'expected "tag: v1", was "tag: v2"'],
      ['was "latest"', 'was "new"', 'message: expected'],
      ['bump:', 'other:', 'steps.other: expected, but the run'],
      ['data: { tag: v2 }', 'Data: 1', 'Event 1, Data: '],
      [
        'outcome: fired',
        'sensor: x\n          outcome: fired',
        'no sensor "x"',
      ],
    ])('fails where %s is %s', async (right, wrong, message) => {
      const text = testFile.replace(right, () => wrong);
      expect(text).not.toBe(testFile);
      await write('promote.test.yaml', text);
      expect(await run('test', folder)).toBe(1);
      expect(output()).toContain(message);
      expect(output()).toContain('1 passed, 1 failed.');
    });

    it('asks when a run would begin, at a chosen time', async () => {
      const schedule = `  schedule: { active: [{ days: [mon-fri] }], outside: hold }
  steps:`;
      await write('promote.yaml', sensor.replace('  steps:', schedule));
      const at = (begin: string, expected: string) =>
        `  - name: ${begin}
    at: ${begin}
    events: [{ data: { tag: v2 }, expect: { outcome: fired, ${expected} } }]
`;
      const [head] = testFile.split('  - name');
      await write(
        'promote.test.yaml',
        head +
          at('2026-11-21T12:00:00Z', 'held: outsideHours') +
          at('2026-11-23T12:00:00Z', 'waits: false'),
      );
      expect(await run('test', folder)).toBe(0);

      const waits = schedule.replace(', outside: hold', '');
      await write('promote.yaml', sensor.replace('  steps:', waits));
      await write(
        'promote.test.yaml',
        head +
          at('2026-11-21T12:00:00Z', 'waits: Waits until Mon 23 Nov') +
          at('2026-11-22T12:00:00Z', 'waits: false'),
      );
      expect(await run('test', folder)).toBe(1);
      expect(output()).toContain('1 passed, 1 failed.');
      expect(output()).toContain(
        'event 1: waits: expected to begin at once: Waits until Mon 23 Nov',
      );
    });

    it('points at what is wrong in a test file, and in its sensor', async () => {
      await write(
        'promote.test.yaml',
        testFile.replace('outcome: n', 'out: n'),
      );
      expect(await run('test', folder)).toBe(1);
      expect(output()).toContain('promote.test.yaml:20:');
      await write('promote.test.yaml', testFile);
      await write('promote.yaml', sensor.replace('mode: auto', 'mode: a'));
      expect(await run('test', folder)).toBe(1);
      expect(output()).toContain('promote.yaml:5:9: error:');
    });

    it('says which report it cannot write', async () => {
      await write('promote.test.yaml', testFile);
      const report = path.join(folder, 'missing', 'report.xml');
      expect(await run('test', '--junit', report, folder)).toBe(2);
      expect(complained).toEqual([
        expect.stringMatching(/report\.xml cannot be written: ENOENT/),
      ]);
    });

    it.each([
      ['decidedafter: 2d', 'decidedAfter'],
      ['Expect: { outcome: fired }', 'expect'],
      ['afer: 1s', 'after'],
    ])('takes %s for no attribute', async (line, meant) => {
      await write(
        'promote.test.yaml',
        testFile.replace('data: {', () => `${line}\n        data: {`),
      );
      expect(await run('test', folder)).toBe(1);
      expect(output()).toContain(`did you mean "${meant}"?`);
    });

    it('lets time go by after the last event', async () => {
      const window = `  condition: a && !b
  window: { join: { within: 30m } }
  dependencies:
    - { name: a, ingress: registry, type: image.pushed }
    - { name: b, ingress: registry, type: image.withdrawn }
  steps:`;
      await write(
        'promote.yaml',
        sensor.replace(/ {2}dependencies:[^]* {2}steps:/, window),
      );
      const [head] = testFile.split('  - name');
      const one = (until: string, outcome: string) =>
        `  - name: ${until}
    until: ${until}
    events: [{ data: { tag: v2 }, expect: { outcome: ${outcome} } }]
`;
      await write(
        'promote.test.yaml',
        head + one('29m', 'waiting') + one('30m', 'fired'),
      );
      expect(await run('test', folder)).toBe(0);
      expect(output()).toContain('2 passed, 0 failed.');
    });

    it('writes JUnit XML and JSON', async () => {
      await write('promote.test.yaml', testFile.replace('+tag: v2', '+<v3>'));
      const report = path.join(folder, 'report.xml');
      expect(await run('test', '--json', '--junit', report, folder)).toBe(1);
      expect(JSON.parse(printed.join('\n'))).toMatchObject({
        passed: 1,
        failed: 1,
        files: [{ cases: [{ name: 'a tag & its file' }, { failures: [] }] }],
      });
      const xml = await readFile(report, 'utf8');
      expect(xml).toContain('tests="2" failures="1" errors="0"');
      expect(xml).toContain('<testcase name="a tag &amp; its file"');
      expect(xml).toContain('+&lt;v3&gt;');
    });
  });

  it('describes a sensor with its defaults', async () => {
    await write('promote.yaml', sensor.replace('  mode: auto\n', ''));
    expect(await run('describe', path.join(folder, 'promote.yaml'))).toBe(0);
    expect(output()).toContain('Opens pull requests and never merges them');
    expect(output()).toContain('mode: propose # default');
    expect(output()).toContain('base: main # default');
  });

  it('knows its commands', async () => {
    expect(await run('tset')).toBe(2);
    expect(complained[0]).toContain('There is no command "tset"');
  });

  it.each(['lint', 'test', 'describe', 'replay'])(
    'has examples on the help page of %s',
    async command => {
      const bin = path.join(__dirname, '../bin/gitops-events');
      const { stdout } = await promisify(execFile)(process.execPath, [
        bin,
        command,
        '--help',
      ]);
      expect(stdout).toContain(`  gitops-events ${command} sensors/`);
    },
  );

  it('does what the docs say', async () => {
    const docs = await readFile(
      path.join(__dirname, '../../../docs/testing-sensors.md'),
      'utf8',
    );
    const blocks = [...docs.matchAll(/```yaml file=(\S+)\n(.*?)```/gs)];
    expect(blocks).toHaveLength(3);
    for (const [, name, text] of blocks) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await write(name, text);
    }
    expect(
      await run('lint', '--strict', path.join(folder, 'promote.yaml')),
    ).toBe(0);
    printed = [];
    expect(await run('test', folder)).toBe(0);
    expect(docs).toContain(`report.xml .\n${output()}\n`);
  });

  it('finds the example sensors as their tests want them', async () => {
    const config = path.join(examples, '../../app-config.yaml');
    expect(await run('lint', '--strict', '--config', config, examples)).toBe(0);
    expect(await run('test', examples)).toBe(0);
    expect(output()).toContain('✓ a release is written');
  });
});
