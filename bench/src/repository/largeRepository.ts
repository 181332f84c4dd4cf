import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { fsyncSetting, git, gitEnvironment } from './git';
import { valuesText } from './seed';

/** Files of one application, applications of one team. */
const FILES = 10;
const APPLICATIONS = 100;
const started = 1_700_000_000;

/** `teams/team-3/app-14/values-5.yaml`: a folder holds at most a hundred names. */
export function largeFile(n: number): string {
  const application = Math.floor(n / FILES);
  const team = Math.floor(application / APPLICATIONS);
  return `teams/team-${team}/app-${application % APPLICATIONS}/values-${n % FILES}.yaml`;
}

/**
 * Makes a bare repository with that many files and commits on `main`, each
 * commit but the first one changing one file. In one pack, as after a clone.
 *
 * @returns the ids of the oldest and the newest commit.
 */
export async function writeLargeRepository(
  bare: string,
  { files, commits }: { files: number; commits: number },
): Promise<{ first: string; head: string }> {
  await mkdir(bare, { recursive: true });
  await git(bare, 'init', '--quiet', '--bare', '--initial-branch=main');
  const [name, value] = fsyncSetting.split('=');
  await git(bare, 'config', name, value);

  const child = spawn('git', ['fast-import', '--quiet'], {
    cwd: bare,
    env: gitEnvironment(bare),
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(child, 'close');
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const put = (n: number, tag: string) =>
    `M 100644 inline ${largeFile(n)}\n${data(valuesText(tag))}`;
  const write = async (text: string) => {
    if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  };
  for (let n = 0; n < commits; n++) {
    await write(
      `commit refs/heads/main\ncommitter Dana Developer <dana@example.com> ${started + n} +0000\n${data(`Promote image 1.0.${n}\n`)}`,
    );
    if (n > 0) await write(put(n % files, `1.0.${n}`));
    else for (let at = 0; at < files; at++) await write(put(at, `0.0.${at}`));
  }
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
  return {
    first: await git(bare, 'rev-list', '--max-parents=0', 'main'),
    head: await git(bare, 'rev-parse', 'main'),
  };
}
