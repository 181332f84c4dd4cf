import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fsyncSetting, gitEnvironment } from '../repository/git';

/** One git process that is kept open; each commit is on disk, and in its branch, before the next. */
export interface FastImport {
  commit(file: string, text: string, message: string): Promise<void>;
  stop(): Promise<void>;
}

export function fastImport(bare: string, branch: string): FastImport {
  const child = spawn('git', ['-c', fsyncSetting, 'fast-import', '--quiet'], {
    cwd: bare,
    env: gitEnvironment(bare),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code =>
      code === 0
        ? resolve()
        : reject(new Error(`git fast-import ended with ${code}`)),
    );
  });
  const lines = createInterface({ input: child.stdout });
  const answers: Array<() => void> = [];
  lines.on('line', () => answers.shift()?.());

  let first = true;
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  return {
    commit: async (file, text, message) => {
      const answered = new Promise<void>(done => answers.push(done));
      child.stdin.write(
        [
          `commit refs/heads/${branch}\n`,
          `committer Dana Developer <dana@example.com> ${Math.floor(Date.now() / 1000)} +0000\n`,
          data(message),
          first ? `from refs/heads/${branch}^0\n` : '',
          `M 100644 inline ${file}\n`,
          data(text),
          `checkpoint\nprogress on disk\n`,
        ].join(''),
      );
      first = false;
      await Promise.race([answered, ended]);
    },
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
