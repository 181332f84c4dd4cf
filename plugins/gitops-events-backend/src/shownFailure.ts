import {
  maskSecrets,
  type Reason,
} from '@gitops-events/plugin-gitops-events-common';

/** Errors that were written for people: ours, those of a forge or a service, and of the framework. */
const forPeople = new Set([
  'Error',
  'InputError',
  'NotFoundError',
  'ConflictError',
  'NotAllowedError',
  'NotImplementedError',
  'ServiceUnavailableError',
  'RetryLaterError',
]);

/** An error that names paths of this machine, or what else concerns only whoever runs it. */
export class LogOnlyError extends Error {
  override readonly name = 'LogOnlyError';
}

/**
 * What people read of something that failed. A sentence of a forge or a check
 * stays, since it may say what to mend, without what looks like a secret. That
 * of a driver, of the system (anything with a code) or of a bug is for the log
 * alone: it holds SQL, addresses and paths, and nobody who reads it here could
 * mend it. Whoever catches the error logs it whole.
 *
 * @param place - with what the line in the log begins
 */
export function shownFailure(error: unknown, place: string): string {
  return isForPeople(error)
    ? String(maskSecrets(withoutCause(error.message)))
    : internalFailure(place);
}

/** What a service, a forge or an extension says, as people read it: without what looks like a secret. */
export function shownReason(reason: Reason): Reason {
  return { ...reason, message: String(maskSecrets(reason.message)) };
}

/** Whether people read the text of an error; else only the log does. */
export function isForPeople(error: unknown): error is Error {
  const { name, code } = (error ?? {}) as NodeJS.ErrnoException;
  return forPeople.has(name) && code === undefined;
}

/** What people read where nothing of the error is for them. */
export function internalFailure(place: string): string {
  return `Something failed inside the portal. Ask whoever runs it to look into the log of the backend, at "${place}".`;
}

/** The framework adds the text of a cause, which may be anybody's, to that of its own errors. */
export function withoutCause(message: string): string {
  return message.split('; caused by ')[0];
}

/** For a sentence within another one. */
export function withoutDot(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
