import { createInbox, nanos, type Msg } from '@nats-io/transport-node';
import type { Link } from './link';
import type { StoredMessage } from './messages';

const WAIT_MS = 5_000;
/** How much later than that an answer may be. */
const LATE_MS = 2_000;
const BATCH = 500;
const BATCH_BYTES = 4_194_304;

/** The consumer is gone, or who has it does not answer. */
export class PullFailed extends Error {
  override readonly name = 'PullFailed';
}

/**
 * Asks a consumer once: gives what there is, and where that is nothing, waits
 * some seconds for the first that comes. At most 500 messages and about 4 MiB.
 *
 * @throws PullFailed
 */
export async function pull(
  { connection, lost }: Pick<Link, 'connection' | 'lost'>,
  { stream, consumer }: { stream: string; consumer: string },
  signal: AbortSignal,
): Promise<StoredMessage[]> {
  const inbox = createInbox();
  const found: StoredMessage[] = [];
  let end: () => void = () => {};
  let fail: (error: Error) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    [end, fail] = [resolve, reject];
  });
  const subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      if (error) fail(error);
      else if (isStatus(message)) {
        if (isGone(message)) fail(new PullFailed(message.headers!.description));
        else end();
      } else {
        found.push(storedMessage(message));
        if (found.length === BATCH) end();
      }
    },
  });
  const drop = () => fail(new PullFailed('the connection was lost'));
  const timer = setTimeout(
    () => fail(new PullFailed('no answer')),
    WAIT_MS + LATE_MS,
  );
  signal.addEventListener('abort', end);
  lost.addEventListener('abort', drop);
  try {
    connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
      JSON.stringify({
        batch: BATCH,
        // One message always fits.
        max_bytes: BATCH_BYTES + (connection.info?.max_payload ?? 0),
        expires: nanos(WAIT_MS),
        no_wait: true,
      }),
      { reply: inbox },
    );
    await ended;
    return found;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    lost.removeEventListener('abort', drop);
    if (!connection.isClosed()) subscription.unsubscribe();
  }
}

function isStatus({ headers }: Msg): boolean {
  return headers !== undefined && headers.code > 0;
}

/** Any other status ends what was asked: nothing came, or no more than that. */
function isGone({ headers }: Msg): boolean {
  const { code = 0, description = '' } = headers ?? {};
  if (code === 409) return !description.includes('MaxBytes');
  return code !== 404 && code !== 408;
}

/**
 * Its place is in the subject of the answer: `$JS.ACK.`, then the domain, the account, the stream, the
 * consumer, the deliveries, its number in the stream, that of the consumer, nanoseconds since the epoch;
 * in one of 9 parts the first two are left out.
 */
function storedMessage(message: Msg): StoredMessage {
  const parts = message.reply!.split('.');
  const [seq, delivered, time] = parts.slice(parts.length === 9 ? 5 : 7);
  return {
    subject: message.subject,
    seq: Number(seq),
    delivered: Number(delivered),
    time: Number(BigInt(time) / 1_000_000n),
    headers: message.headers,
    payload: message.data,
  };
}
