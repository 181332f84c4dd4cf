import { readFile } from 'node:fs/promises';
import { InputError } from '@backstage/errors';
import { readPrivateKey } from './privateKey';
import type { SigningConfig } from './readSigning';
import { sshSigner, type SshSigner } from './sshSignature';

const place = 'gitopsEvents.local.signing';

/**
 * Reads the key once, at start.
 *
 * @throws InputError that says what to mend, and nothing of the key
 */
export async function openSigner(config: SigningConfig): Promise<SshSigner> {
  const where =
    'keyFile' in config
      ? `${place}.keyFile: ${config.keyFile}`
      : `${place}.key`;
  const text = 'keyFile' in config ? await read(config.keyFile) : config.key;
  return sshSigner(readPrivateKey(text, where), where);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(
      `${place}.keyFile: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); name a private key that this process may read`,
    );
  }
}
