import {
  createHash,
  createPublicKey,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { InputError } from '@backstage/errors';
import { positiveInteger, writeStrings } from './sshWire';

/*
 * Signatures as `ssh-keygen -Y sign -n git` makes them, without a process or a
 * file for each. Source: PROTOCOL.sshsig of OpenSSH; for the blobs inside,
 * RFC 8709 (Ed25519), 8332 (RSA) and 5656 (ECDSA).
 */
const magic = Buffer.from('SSHSIG');
const namespace = 'git';
const hash = 'sha512';

/** Smaller ones can be broken, and ssh-keygen 9 refuses them by default on many systems. */
const smallestRsa = 2048;

const curves: Record<string, { name: string; hash: string } | undefined> = {
  'P-256': { name: 'nistp256', hash: 'sha256' },
  'P-384': { name: 'nistp384', hash: 'sha384' },
  'P-521': { name: 'nistp521', hash: 'sha512' },
};

/** A key that signs. */
export interface SshSigner {
  /** As `allowed_signers` and forges take it: `ssh-ed25519 AAAA...`. */
  publicKey: string;
  /** An armoured signature, as git puts it into a commit. */
  sign(payload: Uint8Array): string;
}

/** @throws InputError for a kind of key that SSH does not sign with. */
export function sshSigner(key: KeyObject, place: string): SshSigner {
  const { type, blob, signBytes } = algorithmOf(key, place);
  return {
    publicKey: `${type} ${blob.toString('base64')}`,
    sign(payload) {
      const digest = createHash(hash).update(payload).digest();
      const signed = Buffer.concat([
        magic,
        writeStrings(namespace, '', hash, digest),
      ]);
      return armoured(
        Buffer.concat([
          magic,
          Buffer.of(0, 0, 0, 1),
          writeStrings(blob, namespace, '', hash, signBytes(signed)),
        ]),
      );
    },
  };
}

interface Algorithm {
  type: string;
  /** The public key. */
  blob: Buffer;
  signBytes(bytes: Buffer): Buffer;
}

function algorithmOf(key: KeyObject, place: string): Algorithm {
  const refuse = (why: string) => new InputError(`${place} ${why}`);
  const kind = key.asymmetricKeyType;
  if (kind !== 'ed25519' && kind !== 'rsa' && kind !== 'ec') {
    throw refuse(`is a key for ${kind}; use ed25519, ECDSA or RSA`);
  }
  const open = createPublicKey(key).export({ format: 'jwk' });
  if (kind === 'ed25519') return ed25519(key, open);
  if (kind === 'rsa') {
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits >= smallestRsa) return rsa(key, open);
    throw refuse(`has ${bits} bits; RSA needs ${smallestRsa}, or use ed25519`);
  }
  const curve = curves[open.crv!];
  if (curve) return ecdsa(key, open, curve);
  throw refuse(`is on the curve ${open.crv}; use ed25519`);
}

const decode = (part: string | undefined) => Buffer.from(part!, 'base64url');

function ed25519(key: KeyObject, { x }: JsonWebKey): Algorithm {
  const type = 'ssh-ed25519';
  return {
    type,
    blob: writeStrings(type, decode(x)),
    signBytes: bytes => writeStrings(type, sign(null, bytes, key)),
  };
}

function rsa(key: KeyObject, { e, n }: JsonWebKey): Algorithm {
  const type = 'ssh-rsa';
  return {
    type,
    blob: writeStrings(
      type,
      positiveInteger(decode(e)),
      positiveInteger(decode(n)),
    ),
    signBytes: bytes =>
      writeStrings('rsa-sha2-512', sign('sha512', bytes, key)),
  };
}

function ecdsa(
  key: KeyObject,
  { x, y }: JsonWebKey,
  curve: { name: string; hash: string },
): Algorithm {
  const type = `ecdsa-sha2-${curve.name}`;
  const point = Buffer.concat([Buffer.of(4), decode(x), decode(y)]);
  return {
    type,
    blob: writeStrings(type, curve.name, point),
    signBytes: bytes => {
      const both = sign(curve.hash, bytes, { key, dsaEncoding: 'ieee-p1363' });
      const half = both.length / 2;
      return writeStrings(
        type,
        writeStrings(
          positiveInteger(both.subarray(0, half)),
          positiveInteger(both.subarray(half)),
        ),
      );
    },
  };
}

function armoured(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,70}/g)!;
  return `-----BEGIN SSH SIGNATURE-----\n${lines.join('\n')}\n-----END SSH SIGNATURE-----\n`;
}
