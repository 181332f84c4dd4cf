import { setTimeout as sleep } from 'node:timers/promises';
import { nuid } from '@nats-io/transport-node';
import type { LinkKeeper } from './link';
import type { Message } from './messages';
import type { Partition } from './streams';
import { isFull, isTooLarge } from './troubles';
import { wavesOf } from './waves';

const ATTEMPTS = 4;
const ANSWER_MS = 2_000;
/** Who waits for an answer is told soon; after so long no other attempt begins. */
const PATIENCE_MS = 5_000;
const WAVE_BYTES = 4_000_000;

export interface Outgoing extends Message {
  /** What keeps its order; undefined: none. */
  key: string | undefined;
}

interface Sent extends Outgoing {
  id: string;
  bytes: number;
  tooLarge: boolean;
}

/**
 * Resolves once every message is stored in one stream; says of each whether it was, or is
 * larger than the server takes.
 *
 * What had no answer is sent again under the same id, so the server stores it
 * once. The id is that of this call and not that of the event: an answer that
 * an event "was there before" would promise something about a message that
 * nobody has looked for.
 */
export async function send(
  links: Pick<LinkKeeper, 'get'>,
  to: Partition,
  messages: Outgoing[],
): Promise<Array<'stored' | 'too large'>> {
  const call = nuid.next();
  const sent = messages.map((message, at): Sent => {
    const bytes = message.payload.length + 2_048;
    return { ...message, id: `${call}.${at}`, bytes, tooLarge: false };
  });
  const begun = performance.now();
  for (const wave of wavesOf(sent, WAVE_BYTES)) {
    await sendWave({ links, to, begun }, wave);
  }
  return sent.map(({ tooLarge }) => (tooLarge ? 'too large' : 'stored'));
}

interface Sending {
  links: Pick<LinkKeeper, 'get'>;
  to: Partition;
  /** By the monotonic clock. */
  begun: number;
}

async function sendWave(sending: Sending, wave: Sent[]): Promise<void> {
  let pending = wave;
  for (let attempt = 1; pending.length > 0; attempt++) {
    const failed = await attemptAll(sending, pending);
    if (failed.length === 0) return;
    const isLate = performance.now() - sending.begun > PATIENCE_MS;
    const full = failed.find(({ error }) => isFull(error));
    if (full) throw full.error;
    if (attempt === ATTEMPTS || isLate) throw failed[0].error;
    pending = failed.map(({ message }) => message);
    await sleep(50 * 2 ** attempt);
  }
}

async function attemptAll(
  sending: Sending,
  messages: Sent[],
): Promise<Array<{ message: Sent; error: unknown }>> {
  const results = await Promise.all(
    messages.map(async message => {
      try {
        await sendOne(sending, message);
      } catch (error) {
        if (!isTooLarge(error)) return [{ message, error }];
        message.tooLarge = true;
      }
      return [];
    }),
  );
  return results.flat();
}

async function sendOne(
  { links, to }: Sending,
  { headers, payload, id }: Sent,
): Promise<void> {
  const { client } = await links.get();
  const { stream } = await client.publish(to.subject, payload, {
    headers,
    msgID: id,
    timeout: ANSWER_MS,
    expect: { streamName: to.name },
  });
  if (stream !== to.name) {
    throw new Error(`${to.subject} was stored in the stream ${stream}`);
  }
}
