import { generateKeyPairSync } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LocalHost } from '../localHost';
import {
  author,
  file,
  quietLogger,
  repository,
} from '../__testUtils__/fixtures';
import { git, temporaryFolder } from '../__testUtils__/gitCommand';
import type { SigningConfig } from './readSigning';

jest.setTimeout(60_000);

/** What the real git and ssh-keygen say of commits that we signed. */
describe('signed commits', () => {
  let folder: string;
  let bare: string;
  const hosts: LocalHost[] = [];
  beforeEach(async () => {
    folder = await temporaryFolder();
    bare = path.join(folder, 'deployments.git');
  });
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.stop();
    await rm(folder, { recursive: true });
  });

  const open = async (signing?: SigningConfig) => {
    const repositories = [{ name: 'deployments', branch: 'main' }];
    const host = await LocalHost.create({
      config: { directory: folder, repositories, signing },
      ...{ author, logger: quietLogger },
    });
    hosts.push(host);
    return host;
  };
  const keygen = (...args: string[]) =>
    execFileSync('ssh-keygen', ['-q', '-N', '', ...args], { stdio: 'pipe' });
  /** Trusts this key alone; lines of git's `%G?`, one a commit. */
  const verdicts = async (publicKey: string, branch: string) => {
    const allowed = path.join(folder, 'allowed_signers');
    await writeFile(allowed, `${author.email} namespaces="git" ${publicKey}\n`);
    const trust = ['-c', `gpg.ssh.allowedSignersFile=${allowed}`];
    const lines = await git(bare, ...trust, 'log', '--format=%G? %GS', branch);
    if (!/^[^G]/m.test(lines)) {
      await git(bare, ...trust, 'verify-commit', branch);
    }
    return lines.split('\n');
  };
  const commitOn = async (
    host: LocalHost,
    message = 'Grüße\n\nzwei Zeilen',
  ) => {
    const parent = (await host.head(repository, 'main'))!;
    return host.commit({
      ...{ repository, branch: 'change', expectedHead: undefined, parent },
      ...{ files: [file('a.yaml', 'a: 1\n')], message, author },
      time: 1_800_000_000,
    });
  };

  const keys: Array<[string, string[]]> = [
    ['Ed25519', ['-t', 'ed25519']],
    ['RSA', ['-t', 'rsa', '-b', '2048']],
    ['RSA as PEM', ['-t', 'rsa', '-b', '3072', '-m', 'PEM']],
    ['ECDSA on P-256', ['-t', 'ecdsa', '-b', '256']],
    ['ECDSA on P-384', ['-t', 'ecdsa', '-b', '384', '-m', 'PKCS8']],
    ['ECDSA on P-521', ['-t', 'ecdsa', '-b', '521']],
  ];
  it.each(keys)('are good for git with a key of %s', async (_, args) => {
    const keyFile = path.join(folder, 'key');
    keygen('-f', keyFile, ...args);
    const publicKey = await readFile(`${keyFile}.pub`, 'utf8');
    const host = await open({ keyFile });
    for (const [at, message] of ['One', 'Two'].entries()) {
      const branch = `change-${at}`;
      const parent = (await host.head(repository, 'main'))!;
      const made = await host.commit({
        ...{ repository, branch, expectedHead: undefined, parent, message },
        ...{ files: [file(branch, 'x\n')], author, time: 1_800_000_000 },
      });
      if (made.outcome !== 'committed') throw new Error('stale');
      const { number } = await host.propose({
        ...{ repository, branch, base: 'main', title: message, body: '' },
        labels: [],
      });
      const expectedHead = made.commit;
      const merged = await host.merge({
        ...{ repository, number, base: 'main', expectedHead, message, author },
      });
      expect(merged.outcome).toBe('merged');
      expect(await verdicts(publicKey, `refs/pull/${number}/head`)).toEqual(
        Array.from({ length: at + 2 }, () => `G ${author.email}`),
      );
    }
    // The first commit of the repository, and two merges.
    expect(await verdicts(publicKey, 'main')).toEqual(
      Array.from({ length: 3 }, () => `G ${author.email}`),
    );
    await git(bare, 'fsck', '--strict', '--no-dangling');
  });

  it('are not good for git when a byte of them was changed, or for another key', async () => {
    keygen('-t', 'ed25519', '-f', path.join(folder, 'key'));
    keygen('-t', 'ed25519', '-f', path.join(folder, 'other'));
    const key = await readFile(path.join(folder, 'key'), 'utf8');
    await commitOn(await open({ key }));
    const other = await readFile(path.join(folder, 'other.pub'), 'utf8');
    const mine = await readFile(path.join(folder, 'key.pub'), 'utf8');
    expect((await verdicts(mine, 'change'))[0]).toMatch(/^G/);
    expect((await verdicts(other, 'change'))[0]).toMatch(/^U/);

    const forged = (await git(bare, 'cat-file', 'commit', 'change')).replace(
      'Grüße',
      'Gruesse',
    );
    await writeFile(path.join(folder, 'forged'), `${forged}\n`);
    const args = [
      'hash-object',
      '-w',
      '-t',
      'commit',
      path.join(folder, 'forged'),
    ];
    const id = await git(bare, ...args);
    expect((await verdicts(mine, id))[0]).toMatch(/^B/);
  });

  it('are as Ed25519 of ssh-keygen, byte for byte', async () => {
    const keyFile = path.join(folder, 'key');
    keygen('-t', 'ed25519', '-f', keyFile);
    await commitOn(await open({ keyFile }));
    const object = await git(bare, 'cat-file', 'commit', 'change');
    const [, signature] = /^gpgsig ((?:.*\n )*.*-----END .*)$/m.exec(object)!;
    const payload = path.join(folder, 'payload');
    await writeFile(
      payload,
      `${object.replace(/^gpgsig (?:.*\n )*.*\n/m, '')}\n`,
    );
    execFileSync(
      'ssh-keygen',
      ['-Y', 'sign', '-n', 'git', '-f', keyFile, payload],
      {
        stdio: 'pipe',
      },
    );
    expect(`${signature.replaceAll('\n ', '\n')}\n`).toBe(
      await readFile(`${payload}.sig`, 'utf8'),
    );
  });

  it.each([
    ['Ed25519', ['-t', 'ed25519'], ['-t', 'ed25519']],
    ['ECDSA, which never signs twice alike', ['-t', 'ecdsa'], undefined],
    ['a key that was replaced', ['-t', 'ed25519'], ['-t', 'rsa', '-b', '2048']],
    ['a key that was given later', undefined, ['-t', 'ed25519']],
  ])('are known again as ours: %s', async (_, before, after) => {
    const first = path.join(folder, 'first');
    const second = path.join(folder, 'second');
    if (before) keygen('-f', first, ...before);
    if (after) keygen('-f', second, ...after);
    const one = await commitOn(await open(before && { keyFile: first }));
    // As after a crash that lost the answer: the same request of a new process.
    const again = await open({ keyFile: after ? second : first });
    expect(await commitOn(again)).toEqual(one);
    expect(one.outcome).toBe('committed');
    expect(await commitOn(again, 'Somebody else')).toEqual({
      outcome: 'stale',
      head: (one as { commit: string }).commit,
    });
  });
});

describe('a key that cannot sign', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => rm(folder, { recursive: true }));

  const start = async (signing: SigningConfig) => {
    const repositories = [{ name: 'none', branch: 'main' }];
    const error = await LocalHost.create({
      config: {
        directory: path.join(folder, 'repositories'),
        repositories,
        signing,
      },
      ...{ author, logger: quietLogger },
    }).catch(it => it);
    expect(error).toMatchObject({ name: 'InputError' });
    return error.message as string;
  };
  const keygen = async (...args: string[]) => {
    const keyFile = path.join(folder, `key-${args.join('')}`);
    execFileSync('ssh-keygen', ['-q', '-f', keyFile, ...args], {
      stdio: 'pipe',
    });
    return { keyFile, text: await readFile(keyFile, 'utf8') };
  };

  it.each([
    ['OpenSSH', ['-t', 'ed25519', '-N', 'secret']],
    ['PEM', ['-t', 'rsa', '-m', 'PEM', '-N', 'secret']],
    ['PKCS8', ['-t', 'ecdsa', '-m', 'PKCS8', '-N', 'secret']],
  ])(
    'encrypted, %s: says how to make one without passphrase',
    async (_, args) => {
      const { keyFile } = await keygen(...args);
      const message = await start({ keyFile });
      expect(message).toMatch(
        /signing\.keyFile: .*is encrypted.*ssh-keygen -t/,
      );
      expect(message).toContain(keyFile);
    },
  );

  it('cut off, torn or changed: says that it is damaged, and shows nothing of it', async () => {
    const { text } = await keygen('-t', 'ed25519', '-N', '');
    const lines = text.split('\n');
    for (const key of [
      [...lines.slice(0, 3), ...lines.slice(4)].join('\n'),
      text.replace(/\n(.{20})/, '\nAAAA$1'),
      text.replaceAll('OPENSSH ', ''),
    ]) {
      const message = await start({ key });
      expect(message).toMatch(/^gitopsEvents\.local\.signing\.key is damaged/);
      expect(message).not.toContain(lines[2].slice(0, 10));
    }
  });

  it('public, empty, missing, or too weak: says so', async () => {
    const { keyFile } = await keygen('-t', 'ed25519', '-N', '', '-C', 'x');
    const weak = await keygen('-t', 'rsa', '-b', '1024', '-N', '');
    const dsa = generateKeyPairSync('x25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const odd = curve.privateKey.export({ type: 'pkcs8', format: 'pem' });
    for (const [signing, words] of [
      [{ keyFile: `${keyFile}.pub` }, /is a public key.*without \.pub/],
      [{ key: '' }, /is no private key/],
      [{ keyFile: path.join(folder, 'nowhere') }, /cannot be read \(ENOENT\)/],
      [{ keyFile: folder }, /cannot be read \(EISDIR\)/],
      [{ keyFile: weak.keyFile }, /has 1024 bits; RSA needs 2048/],
      [{ key: String(dsa) }, /is a key for x25519; use ed25519/],
      [{ key: String(odd) }, /is on the curve secp256k1; use ed25519/],
    ] as Array<[SigningConfig, RegExp]>) {
      expect(await start(signing)).toMatch(words);
    }
  });

  it('with line breaks of Windows and blanks around it is one', async () => {
    const { text } = await keygen('-t', 'ed25519', '-N', '', '-C', 'y');
    const host = await LocalHost.create({
      config: {
        directory: path.join(folder, 'fine'),
        repositories: [],
        signing: { key: `\n ${text.replaceAll('\n', '\r\n')} ` },
      },
      ...{ author, logger: quietLogger },
    });
    expect(host.serves('local:any')).toBe(true);
    await host.stop();
  });
});
