import { InputError } from '@backstage/errors';
import { gitObject, type GitObject } from './gitObject';

/** The same arguments give the same id, so a commit made twice is one commit. @public */
export function commitObject(options: {
  tree: string;
  parents: string[];
  author: { name: string; email: string };
  /** Seconds since the epoch. */
  time: number;
  message: string;
}): GitObject {
  const { tree, parents, author, time, message } = options;
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
  const text = [
    `tree ${tree}`,
    ...parents.map(parent => `parent ${parent}`),
    `author ${person}`,
    `committer ${person}`,
    '',
    message.endsWith('\n') ? message : `${message}\n`,
  ].join('\n');
  return gitObject('commit', Buffer.from(text, 'utf8'));
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
