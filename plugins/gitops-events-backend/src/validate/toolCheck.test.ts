import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../git/__testUtils__/gitCommand';
import { testChange, verdictOf } from '../policy/__testUtils__/testChange';
import type { ToolConfig } from './readValidation';
import { toolChecks } from './toolCheck';

/** Programs that stand for the tools: they say no to what holds the word `broken`. */
const programs = {
  kustomize: `#!/bin/sh
[ "$*" = "build ." ] || { echo "arguments: $*" >&2; exit 2; }
[ -z "$SECRET_OF_OURS" ] || { echo "sees our environment" >&2; exit 2; }
[ -e ../base ] || { echo "no base" >&2; exit 2; }
if grep -rq broken . ../base; then echo "Error: $PWD/kustomization.yaml is broken" >&2; exit 1; fi
`,
  helm: '#!/bin/sh\nexec sleep 60\n',
};
const overlay: ToolConfig = {
  tool: 'kustomize',
  repo: 'local:*',
  folders: ['overlays/staging/'],
  reads: ['overlays/base/'],
};

describe('a tool that has to take a folder', () => {
  let folder: string;
  beforeAll(async () => {
    process.env.SECRET_OF_OURS = 'x';
    folder = await temporaryFolder();
    for (const [name, text] of Object.entries(programs)) {
      await writeFile(path.join(folder, name), text);
      await chmod(path.join(folder, name), 0o755);
    }
  });
  afterAll(async () => {
    delete process.env.SECRET_OF_OURS;
    await rm(folder, { recursive: true });
  });

  const ask = (
    files: Parameters<typeof testChange>[0],
    config: ToolConfig = overlay,
    search = `${folder}:/usr/bin:/bin`,
  ) => {
    const [check] = toolChecks([config], {
      path: search,
      temporary: folder,
    });
    return verdictOf(check, testChange(files));
  };
  const base = { 'overlays/base/b.yaml': ['b: 1\n', 'b: 1\n'] } as const;
  const files = (before: string | undefined, after: string | undefined) => ({
    ...(base as any),
    'overlays/staging/a.yaml': [before, after] as any,
  });
  const leftBehind = async () =>
    (await readdir(folder)).filter(name => name.startsWith('gitops-events-'));

  it('passes what it takes', async () => {
    expect(await ask(files('a: 1\n', 'a: 2\n'))).toMatchObject({
      verdict: 'pass',
      reasons: [],
    });
  });

  it('denies what it took before and takes no more, in its own words, and leaves nothing behind', async () => {
    const verdict = await ask(files('a: 1\n', 'a: broken\n'));
    expect(verdict).toMatchObject({
      verdict: 'deny',
      reasons: [
        'kustomize does not take overlays/staging/: Error: /repository/overlays/staging/kustomization.yaml is broken',
      ],
    });
    expect(await leftBehind()).toEqual([]);
  });

  it('passes what was broken before, with a note', async () => {
    expect(await ask(files('a: broken\n', 'a: broken still\n'))).toMatchObject({
      verdict: 'pass',
      reasons: ['kustomize did not take overlays/staging/ before either.'],
    });
  });

  it('is asked where only its base changed, and not where neither did', async () => {
    const changed = {
      'overlays/staging/a.yaml': ['a: 1\n', 'a: 1\n'] as any,
      'overlays/base/b.yaml': ['b: 1\n', 'b: broken\n'] as any,
    };
    expect(await ask(changed)).toMatchObject({ verdict: 'deny' });
    expect(
      await ask({ 'elsewhere/a.yaml': [undefined, 'a: broken\n'] }),
    ).toMatchObject({ verdict: 'pass', reasons: [] });
    expect(
      await ask(files('a: 1\n', 'a: broken\n'), {
        ...overlay,
        repo: 'local:other',
      }),
    ).toMatchObject({ verdict: 'pass' });
  });

  it('passes a folder that is taken away', async () => {
    expect(await ask(files('a: 1\n', undefined))).toMatchObject({
      verdict: 'pass',
    });
  });

  it('passes with a note where it is not installed', async () => {
    const nowhere = path.join(folder, 'nothing');
    expect(
      await ask(files('a: 1\n', 'a: 2\n'), overlay, nowhere),
    ).toMatchObject({
      verdict: 'pass',
      reasons: [
        'kustomize is not installed here, so overlays/staging/ was not tried.',
      ],
    });
  });

  it('cannot tell when it is stopped, and is ended then', async () => {
    const [check] = toolChecks([{ ...overlay, tool: 'helm' }], {
      path: `${folder}:/usr/bin:/bin`,
      temporary: folder,
    });
    const aborter = new AbortController();
    const asked = check.check(testChange(files('a: 1\n', 'a: 2\n')), aborter);
    setTimeout(() => aborter.abort(), 50);
    await expect(asked).rejects.toThrow(/helm was stopped/);
    expect(await leftBehind()).toEqual([]);
  });
});
