import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { InputError } from '@backstage/errors';
import { SshReader } from './sshWire';

const armour =
  /^-----BEGIN OPENSSH PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END OPENSSH PRIVATE KEY-----$/;
const magic = 'openssh-key-v1\0';

const encrypted =
  'is encrypted, and nobody is there to type its passphrase; give a key of its own without one: ssh-keygen -t ed25519 -N "" -f <file>';

class UnfitKey extends Error {}

/**
 * A private key as `ssh-keygen` or `openssl` writes it: OpenSSH's own form,
 * which Node does not read, or PEM.
 *
 * @param place - where it was configured, for the error
 * @throws InputError that says what to mend, and nothing of the key
 */
export function readPrivateKey(text: string, place: string): KeyObject {
  const trimmed = text.replaceAll('\r\n', '\n').trim();
  const refuse = (why: string) => new InputError(`${place} ${why}`);
  if (/^(ssh-|ecdsa-|sk-)\S+ AAAA/.test(trimmed)) {
    throw refuse('is a public key; give the private one, without .pub');
  }
  if (/ENCRYPTED/.test(trimmed)) throw refuse(encrypted);
  const own = armour.exec(trimmed);
  if (!own && !/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(trimmed)) {
    throw refuse(
      'is no private key; make one with: ssh-keygen -t ed25519 -N "" -f <file>',
    );
  }
  let key: string | { key: JsonWebKey; format: 'jwk' } = trimmed;
  try {
    if (own) {
      key = { key: readOpenSsh(Buffer.from(own[1], 'base64')), format: 'jwk' };
    }
    return createPrivateKey(key);
  } catch (error) {
    if (error instanceof UnfitKey) throw refuse(error.message);
    throw refuse('is damaged; copy it again, whole and with its line breaks');
  }
}

/** Source: PROTOCOL.key of OpenSSH. */
function readOpenSsh(bytes: Buffer): JsonWebKey {
  if (bytes.toString('latin1', 0, magic.length) !== magic) throw new Error();
  const outer = new SshReader(bytes.subarray(magic.length));
  if (outer.text() !== 'none') throw new UnfitKey(encrypted);
  outer.string(); // how a passphrase becomes a key
  outer.string();
  if (outer.number() !== 1) throw new UnfitKey('holds more than one key');
  outer.string(); // the public key, which stands inside again
  const inner = new SshReader(outer.string());
  const [check, again] = [inner.number(), inner.number()];
  if (check !== again) throw new Error();
  const type = inner.text();
  if (type === 'ssh-ed25519') return readEd25519(inner);
  if (type === 'ssh-rsa') return readRsa(inner);
  if (type.startsWith('ecdsa-sha2-')) return readEcdsa(inner);
  throw new UnfitKey(
    `is of the type ${JSON.stringify(type)}, which cannot sign here; use ed25519, ECDSA or RSA`,
  );
}

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

function readEd25519(key: SshReader): JsonWebKey {
  const x = key.string();
  // The seed, and the public key once more.
  const d = key.string().subarray(0, 32);
  return { kty: 'OKP', crv: 'Ed25519', x: encode(x), d: encode(d) };
}

function readRsa(key: SshReader): JsonWebKey {
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () =>
    BigInt(`0x${key.string().toString('hex')}`),
  );
  const numbers = { n, e, d, p, q, qi, dp: d % (p - 1n), dq: d % (q - 1n) };
  const parts = Object.entries(numbers).map(([name, value]) => {
    const digits = value.toString(16);
    const even = digits.padStart(digits.length + (digits.length % 2), '0');
    return [name, encode(Buffer.from(even, 'hex'))];
  });
  return { kty: 'RSA', ...Object.fromEntries(parts) };
}

function readEcdsa(key: SshReader): JsonWebKey {
  const crv = key.text().replace('nistp', 'P-');
  const point = key.string();
  const size = (point.length - 1) / 2;
  if (point[0] !== 4) throw new Error();
  const secret = key.string();
  const padded = Buffer.concat([Buffer.alloc(size), secret]).subarray(-size);
  return {
    ...{ kty: 'EC', crv, d: encode(padded) },
    x: encode(point.subarray(1, 1 + size)),
    y: encode(point.subarray(1 + size)),
  };
}
