import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import waitForExpect from 'wait-for-expect';
import { temporaryFolder } from '../git/__testUtils__/gitCommand';
import { canCloseOff, canTry } from './__testUtils__/realTool';
import { askTool, processesIn, startTrap } from './__testUtils__/toolRoom';

const chart = 'apiVersion: v2\nname: shop\nversion: 1.0.0\n';
const configMap = (value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: ${value}}\n`;
const good = {
  'Chart.yaml': chart,
  'values.yaml': 'tag: "1"\n',
  'templates/a.yaml': configMap('{{ .Values.tag | quote }}'),
};

describe('the real helm', () => {
  let there: boolean;
  let temporary: string;
  let trap: Awaited<ReturnType<typeof startTrap>>;
  beforeAll(async () => {
    there = await canTry('helm');
    temporary = await temporaryFolder();
    trap = await startTrap();
  });
  afterAll(async () => {
    await trap.stop();
    await rm(temporary, { recursive: true });
  });
  const after = (more: Record<string, string>, rest: object = {}) =>
    askTool('helm', {
      ...{ before: good, after: { ...good, ...more }, temporary },
      ...rest,
    });

  it('takes a chart', async () => {
    if (!there) return;
    expect(await after({ 'values.yaml': 'tag: "2"\n' })).toMatchObject({
      verdict: 'pass',
      reasons: [],
    });
  });

  it.each([
    [
      'a template that fails',
      {
        'templates/a.yaml': configMap('{{ required "give a tag" .Values.no }}'),
      },
      /^helm does not take app\/: Error: execution error at \(shop\/templates\/a\.yaml:\d+:\d+\): give a tag/,
    ],
    [
      'what renders to no YAML',
      { 'templates/a.yaml': configMap('"{{ .Values.tag }}') },
      /^helm does not take app\/: Error: YAML parse error on shop\/templates\/a\.yaml/,
    ],
    [
      'a value that its schema refuses',
      {
        'values.schema.json':
          '{"properties": {"tag": {"type": "string", "pattern": "^v"}}}',
      },
      /\/tag.*does not match pattern/,
    ],
  ])('refuses %s in its own words', async (_, more, reason) => {
    if (!there) return;
    const verdict = await after(more);
    expect(verdict).toMatchObject({
      verdict: 'deny',
      reasons: [expect.stringMatching(reason)],
    });
    expect(JSON.stringify(verdict)).not.toContain(temporary);
  });

  it('reaches no address of this machine', async () => {
    if (!there || !(await canCloseOff())) return;
    const dependency = `${chart}dependencies: [{name: redis, version: 1.0.0, repository: "${trap.url}/charts"}]\n`;
    expect(await after({ 'Chart.yaml': dependency })).toMatchObject({
      verdict: 'deny',
      reasons: [expect.stringMatching(/missing in charts\/ directory: redis/)],
    });
    const schema = `{"$ref": "${trap.url}/schema.json"}`;
    expect(await after({ 'values.schema.json': schema })).toMatchObject({
      verdict: 'deny',
      reasons: [expect.stringContaining('/schema.json')],
    });
    expect(trap.visits).toEqual([]);
  });

  it('follows no link out of the repository', async () => {
    if (!there) return;
    const secret = path.join(temporary, 'secret.yaml');
    await writeFile(secret, 'token: of ours\n');
    const verdict = await after(
      {
        'templates/a.yaml': configMap(
          '{{ .Files.Get "secret.yaml" | quote }}{{ if .Files.Get "secret.yaml" }}{{ fail (.Files.Get "secret.yaml") }}{{ end }}',
        ),
      },
      { links: { 'secret.yaml': secret, 'templates/b.yaml': secret } },
    );
    expect(verdict).toMatchObject({ verdict: 'pass', reasons: [] });
  });

  it('is ended when it hangs, and leaves nothing behind', async () => {
    if (!there) return;
    const aborter = new AbortController();
    const endless =
      '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}';
    const asked = after(
      { 'templates/a.yaml': endless },
      { signal: aborter.signal },
    ).catch((error: Error) => error.message);
    await waitForExpect(async () =>
      expect(await processesIn(temporary)).not.toEqual([]),
    );
    aborter.abort();
    expect(await asked).toBe('helm was stopped.');
    await waitForExpect(async () =>
      expect(await processesIn(temporary)).toEqual([]),
    );
  });
});
