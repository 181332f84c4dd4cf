import { InputError } from '@backstage/errors';
import { gitObject, type GitObject } from './gitObject';

/**
 * An armoured signature of these bytes, as git calls for it in `gpgsig`.
 *
 * @public
 */
export type SignCommit = (payload: Uint8Array) => string;

/**
 * The same arguments give the same id, so a commit made twice is one commit;
 * with a signature only where each signature of the same bytes is the same.
 *
 * @public
 */
export function commitObject(options: {
  tree: string;
  parents: string[];
  author: { name: string; email: string };
  /** Seconds since the epoch. */
  time: number;
  message: string;
  sign?: SignCommit;
}): GitObject {
  const { tree, parents, author, time, message, sign } = options;
  if (message.includes('\0')) {
    throw new InputError('The commit message holds a NUL character');
  }
  if (message.trim() === '') {
    throw new InputError('The commit message is empty');
  }
  if (!Number.isSafeInteger(time) || time < 0) {
    throw new InputError(`${time} is not a time in whole seconds`);
  }
  const person = `${identity(author)} ${time} +0000`;
  const head = [
    `tree ${tree}`,
    ...parents.map(parent => `parent ${parent}`),
    `author ${person}`,
    `committer ${person}`,
  ];
  const bytes = (lines: string[]) =>
    Buffer.from(
      [...lines, '', message.endsWith('\n') ? message : `${message}\n`].join(
        '\n',
      ),
      'utf8',
    );
  const unsigned = bytes(head);
  return gitObject(
    'commit',
    sign ? bytes([...head, signatureHeader(sign(unsigned))]) : unsigned,
  );
}

/**
 * What a commit says without its signature: two of the same content are the
 * same commit, whoever signed them and with which key.
 *
 * @public
 */
export function withoutSignature(commit: Uint8Array): Buffer {
  // Bytes as they are: a name or message may be in any encoding.
  const text = Buffer.from(commit).toString('latin1');
  const end = text.indexOf('\n\n') + 1;
  const head = text
    .slice(0, end)
    .replace(/^gpgsig(?:-sha256)? .*\n(?: .*\n)*/gm, '');
  return Buffer.from(head + text.slice(end), 'latin1');
}

/** Lines behind the first begin with a space, as git continues a header. */
function signatureHeader(armoured: string): string {
  return `gpgsig ${armoured.trimEnd().replaceAll('\n', '\n ')}`;
}

function identity({ name, email }: { name: string; email: string }): string {
  // eslint-disable-next-line no-control-regex
  const forbidden = /[\u0000-\u001f\u007f<>]/;
  if (forbidden.test(name) || forbidden.test(email) || name.trim() === '') {
    throw new InputError(
      `The author ${JSON.stringify(`${name} <${email}>`)} needs a name, and neither "<", ">" nor a line break`,
    );
  }
  return `${name.trim()} <${email.trim()}>`;
}
