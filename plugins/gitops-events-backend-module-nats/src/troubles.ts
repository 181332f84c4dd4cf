import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { root } from './config';
import { UnfitStream } from './unfitStream';

/** Numbers of the server's errors, from its `errors.json`. */
const code = {
  noPeers: 10005,
  unavailable: 10008,
  notLeader: 10009,
  noResources: 10023,
  consumers: 10026,
  notForAccount: 10039,
  noStorage: 10047,
  messageTooLarge: 10054,
  otherSettings: 10058,
  notFound: 10059,
  overlap: 10065,
  noCluster: 10074,
  notEnabled: 10076,
  storeFailed: 10077,
  accountBytes: 10122,
};

/** What a server called it; undefined where none answered. */
function codeOf(error: unknown): number | undefined {
  return error instanceof JetStreamApiError ? error.code : undefined;
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === code.notFound;
}

export function isTooLarge(error: unknown): boolean {
  return (
    codeOf(error) === code.messageTooLarge ||
    (error instanceof errors.InvalidArgumentError &&
      error.message.includes('max_payload'))
  );
}

/** No other attempt is of use before something was taken out. */
export function isFull(error: unknown): boolean {
  return (
    [code.noResources, code.noStorage].includes(codeOf(error)!) ||
    (codeOf(error) === code.storeFailed &&
      /maximum (bytes|messages) exceeded/.test((error as Error).message))
  );
}

/** Nobody listens to the subject, or to the API: the client exports no class for it. */
function isUnheard(error: unknown): boolean {
  return (error as Partial<Error>)?.name === 'JetStreamNotEnabled';
}

/** Whether a server answered, and may answer the next better. */
export function isAnswered(error: unknown): boolean {
  return (
    codeOf(error) !== undefined ||
    isUnheard(error) ||
    error instanceof UnfitStream
  );
}

/** Whether a server may say that which is cut off from the others; or nobody says anything. */
export function mayBeCutOff(error: unknown): boolean {
  return (
    !isAnswered(error) ||
    isUnheard(error) ||
    [code.unavailable, code.notLeader].includes(codeOf(error)!)
  );
}

const sentences = new Map([
  [
    code.noPeers,
    'There are fewer servers than replicas (gitopsEvents.nats.replicas), or they have no room.',
  ],
  [
    code.noCluster,
    'A single server keeps no replicas. Set gitopsEvents.nats.replicas to 1.',
  ],
  [
    code.consumers,
    'It or our account allows too few readers. Raise max_consumers.',
  ],
  [code.notFound, 'It is not there, or we may not see it. It is waited for.'],
  [code.otherSettings, 'It is being made with other settings. It is tried on.'],
  [
    code.overlap,
    'Another stream holds subjects of ours. Name other ones under gitopsEvents.nats.',
  ],
  [
    code.accountBytes,
    'Our account allows no streams of that size. Lower gitopsEvents.nats.maxBytes.',
  ],
  [
    code.noResources,
    'JetStream has no room left. Give it more, or lower gitopsEvents.nats.maxBytes.',
  ],
  [
    code.noStorage,
    'JetStream has no room left. Give it more, or lower gitopsEvents.nats.maxBytes.',
  ],
  [
    code.unavailable,
    'Too few servers are up to confirm an event. It is tried on.',
  ],
  [
    code.notLeader,
    'Too few servers are up to confirm an event. It is tried on.',
  ],
  [
    code.notForAccount,
    'JetStream is not switched on for our account. Switch it on there.',
  ],
  [code.notEnabled, 'JetStream is not switched on. Switch it on there.'],
]);

/**
 * Sentences for whoever runs the portal; addresses and secrets are for the log.
 *
 * @param key - where the connection is configured
 */
export function inWords(error: unknown, key = root): string {
  if (error instanceof UnfitStream) return error.message;
  if (isFull(error) && codeOf(error) === code.storeFailed) {
    return 'It is full. Events are refused until what waits is taken in; or raise its max_bytes.';
  }
  const number = codeOf(error);
  if (number !== undefined) {
    return (
      sentences.get(number) ??
      `A server refuses it: error ${number}. It is tried on.`
    );
  }
  if (has(error, errors.PermissionViolationError)) {
    return 'We may not do what we need: grant us our subjects (see docs/nats.md).';
  }
  if (
    has(error, errors.AuthorizationError) ||
    has(error, errors.UserAuthenticationExpiredError)
  ) {
    return `It does not know us. See ${key}.auth.`;
  }
  if (isUnheard(error)) {
    return 'It has no leader now, or JetStream is not switched on. It is tried on.';
  }
  return 'It does not answer. It is tried on.';
}

function has(
  error: unknown,
  kind: abstract new (...args: never[]) => Error,
): boolean {
  if (error instanceof kind) return true;
  const { cause } = (error ?? {}) as { cause?: unknown };
  return cause !== undefined && has(cause, kind);
}
