import { root } from './config';
import { UnfitTopic } from './topicState';

/** What a broker called it; undefined where none answered. */
export function typeOf(error: unknown): string | undefined {
  const { type, cause, errors } = (error ?? {}) as {
    type?: string;
    cause?: unknown;
    /** Of those who were asked together. */
    errors?: unknown[];
  };
  if (type !== undefined) return type;
  const inner = cause ?? errors?.[0];
  return inner === undefined ? undefined : typeOf(inner);
}

/** Who may not see a topic is told that instead. */
export function isMissing(error: unknown): boolean {
  return typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** It is compressed in a way that the client does not know. */
export function isUndecodable(error: unknown): boolean {
  return /NotImplemented/.test(namesOf(error));
}

export function isTooLarge(error: unknown): boolean {
  return ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'].includes(
    typeOf(error) ?? '',
  );
}

/**
 * Sentences for whoever runs the portal; addresses and secrets are for the log.
 *
 * @param key - where the connection is configured
 */
export function inWords(
  error: unknown,
  { replicas, key = root }: { replicas?: number; key?: string },
): string {
  if (error instanceof UnfitTopic) return error.message;
  const type = typeOf(error) ?? '';
  if (isMissing(error)) {
    return 'It is not there, or we may not see it. It is waited for.';
  }
  if (isUndecodable(error)) {
    return 'Its records are compressed in a way that is not read here. Let its producers use gzip, or none.';
  }
  if (type === 'INVALID_REPLICATION_FACTOR') {
    return `There are fewer brokers than replicas (gitopsEvents.kafka.replicas: ${replicas}).`;
  }
  if (type.includes('AUTHORIZATION_FAILED')) {
    return 'We may not do what we need: grant us our topics (see docs/kafka.md).';
  }
  if (/SASL|authenticat/i.test(`${namesOf(error)} ${type}`)) {
    return `It does not know us. See ${key}.sasl.`;
  }
  if (type.startsWith('NOT_ENOUGH_REPLICAS')) {
    return 'Too few brokers are up to confirm an event.';
  }
  if (type === 'LEADER_NOT_AVAILABLE') {
    return 'No broker leads one of its partitions now: those that have it are down.';
  }
  if (/CERT|_SIGNATURE|ERR_(TLS|SSL)/.test(codesOf(error))) {
    return `No secure connection with it: a certificate is not good, or it speaks no TLS. See ${key}.tls.`;
  }
  return type
    ? `A broker refuses it: ${type}. It is tried on.`
    : 'No broker answers. It is tried on.';
}

function namesOf(error: unknown): string {
  const { name = '', cause } = (error ?? {}) as Partial<Error>;
  return cause === undefined ? name : `${name} ${namesOf(cause)}`;
}

/** As Node.js has them for a connection that failed. */
function codesOf(error: unknown): string {
  const { code = '', cause } = (error ?? {}) as {
    code?: string;
    cause?: unknown;
  };
  return cause === undefined ? code : `${code} ${codesOf(cause)}`;
}
