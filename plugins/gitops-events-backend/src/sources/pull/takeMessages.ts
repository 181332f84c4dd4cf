import { setTimeout as sleep } from 'node:timers/promises';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type {
  HeaderStyle,
  SourceBatch,
  SourceMessage,
} from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { IntakeMoved } from '../../bus/intake/takeIn';
import type { Limits } from '../../config';
import type { Acceptance, Acceptor } from '../../pipeline/accept';
import { IngressLimited } from '../../pipeline/ingressLimits';
import type { Sandbox } from '../../sandbox';
import type { Intake } from '../../store/intakes';
import { inTransaction } from '../../store/inTransaction';
import { keepRefused, sumRefused } from '../../store/refusedMessages';
import { moveSource } from '../../store/sourceIntakes';
import type { ReceivedEvent } from '../envelope';
import type { MapGate } from './MapGate';
import { mapMessage } from './mapMessage';
import { headerOf, readCloudEvent, type ReadMessage } from './readMessage';
import type { SourceConfig } from './readSources';
import { previewOf } from './viewRefused';

/** What the messages of an event bus of ours have. */
const OUR_HEADERS = ['gitopsevents', 'gitopsevents-probe'];
const ROOM_MS = 1_000;
const REASON_CHARACTERS = 2_000;
const AGAIN_MS = { first: 250, last: 5_000 };

export interface TakingOptions {
  knex: Knex;
  /** The same that stands behind the door for HTTP. */
  acceptor: Pick<Acceptor, 'accept'>;
  sandbox: Pick<Sandbox, 'evaluateMap'>;
  limits: Pick<Limits, 'requestBytes'>;
  /** Ours: by them the owner of an entity is looked up. */
  credentials(): Promise<BackstageCredentials>;
}

/** A source, and how its messages are read. */
export interface TakenSource {
  config: Pick<
    SourceConfig,
    'name' | 'ingress' | 'map' | 'maxRefused' | 'maxRefusedBytes'
  >;
  headerStyle: HeaderStyle;
}

/** One whose messages come by themselves. */
export interface PulledSource extends TakenSource {
  /** The same for all of its partitions. */
  gate: MapGate;
}

/** While it waits: until when, and whom it tells why. */
interface Waiting {
  signal: AbortSignal;
  trouble(message?: string): void;
}

type Refused = { message: SourceMessage; reason: string };

/**
 * Takes a batch in: what is an event that the ingress takes is accepted first,
 * then the position is stored where it is still the one that was read. A crash
 * between the two brings the batch again, and each event is known by its
 * identity then. What is no such event waits for a person, in the transaction
 * that moves the position: it is neither lost nor in the way.
 *
 * Where the ingress takes no more for now, or too much waits for a person, it waits.
 *
 * @throws IntakeMoved where another replica took it in; what the signal says once it is aborted
 */
export async function takeMessages(
  options: TakingOptions,
  source: PulledSource,
  intake: Intake,
  batch: SourceBatch,
  waiting: Waiting,
): Promise<Intake> {
  const { knex } = options;
  const { name } = source.config;
  const { messages, position } = batch;
  const refused = await accept(options, source, messages, waiting);
  if (refused.length > 0) await waitForRoom(knex, source.config, waiting);
  waiting.trouble();
  const kept = refused.map(one => ({
    ...one,
    preview: previewOf(one.message),
  }));
  return inTransaction(knex, async tx => {
    const hadMessages = messages.length > 0;
    const moved = await moveSource(tx, intake, { position, hadMessages });
    if (!moved) throw new IntakeMoved(`${intake.partition} was moved on`);
    await keepRefused(tx, name, kept);
    return moved;
  });
}

/** Takes one message in that was refused before; the same again changes nothing. */
export async function takeAgain(
  options: TakingOptions,
  source: TakenSource,
  message: SourceMessage,
): Promise<Acceptance> {
  const found = await readMessage(options, source, message);
  if ('reason' in found) {
    const { reason: detail } = found;
    return { result: 'refused', refusal: { status: 400, detail } };
  }
  const [outcome] = await askAcceptor(options, source, [found.event]);
  return outcome;
}

/** @returns those that are refused, in their order */
async function accept(
  options: TakingOptions,
  source: PulledSource,
  messages: SourceMessage[],
  waiting: Waiting,
): Promise<Refused[]> {
  const reasons = new Map<SourceMessage, string>();
  const good: Array<{ message: SourceMessage; event: ReceivedEvent }> = [];
  for (const message of messages) {
    waiting.signal.throwIfAborted();
    const read = () => readMessage(options, source, message);
    const found = source.config.map
      ? await source.gate.pass(read, waiting.signal)
      : await read();
    if ('event' in found) good.push({ message, event: found.event });
    else reasons.set(message, found.reason);
  }
  const events = good.map(({ event }) => event);
  const ask = () => askAcceptor(options, source, events);
  const outcomes = events.length > 0 ? await untilAnswered(ask, waiting) : [];
  outcomes.forEach((outcome, at) => {
    if (outcome.result !== 'refused') return;
    reasons.set(good[at].message, outcome.refusal.detail);
  });
  return messages.flatMap(message => {
    const reason = reasons.get(message);
    return reason === undefined ? [] : { message, reason: storable(reason) };
  });
}

async function readMessage(
  { sandbox, limits }: TakingOptions,
  { config, headerStyle }: TakenSource,
  message: SourceMessage,
): Promise<ReadMessage> {
  const bytes = message.value?.length ?? 0;
  if (bytes > limits.requestBytes) {
    return {
      reason: `It has ${bytes} bytes; at most ${limits.requestBytes} are read (gitopsEvents.limits.requestBytes).`,
    };
  }
  // Read again, it would come round for ever.
  if (OUR_HEADERS.some(name => headerOf(message, name) !== undefined)) {
    return {
      reason:
        'It was written by the event bus of a portal. Take that topic or stream out of the source, and discard it.',
    };
  }
  return config.map
    ? mapMessage(sandbox, config.map, message)
    : readCloudEvent(message, headerStyle);
}

async function askAcceptor(
  { acceptor, credentials }: TakingOptions,
  { config: { name, ingress } }: TakenSource,
  events: ReceivedEvent[],
): Promise<Acceptance[]> {
  const bearer = { principal: `source:${name}`, ingress };
  return acceptor.accept({ events, bearer, credentials: await credentials() });
}

/** Asks again where it is only too early. */
async function untilAnswered<T>(
  ask: () => Promise<T>,
  { signal, trouble }: Waiting,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      const wait = waitOf(error as Error, failures);
      if (!wait) throw error;
      trouble(wait.message);
      await sleep(wait.ms, undefined, { signal });
    }
  }
}

function waitOf(
  error: Error,
  failures: number,
): { ms: number; message: string } | undefined {
  if (error instanceof IngressLimited) {
    const ms = Math.max(error.waitMs, AGAIN_MS.first);
    return { ms, message: `${error.message} It waits until it may go on.` };
  }
  if (error.name !== 'ServiceUnavailableError') return undefined;
  return {
    ms: Math.min(AGAIN_MS.first * 2 ** failures, AGAIN_MS.last),
    message: 'Its events cannot be stored now. It is tried on.',
  };
}

async function waitForRoom(
  knex: Knex,
  { name, maxRefused, maxRefusedBytes }: TakenSource['config'],
  { signal, trouble }: Waiting,
): Promise<void> {
  for (;;) {
    const held = (await sumRefused(knex)).get(name);
    if (!held) return;
    const { count, bytes } = held;
    if (count < maxRefused && bytes < maxRefusedBytes) return;
    const limit = count < maxRefused ? 'maxRefusedBytes' : 'maxRefused';
    trouble(
      `${count} refused messages of it (${bytes} bytes) wait for a person (gitopsEvents.sources.${name}.${limit}). It goes on once some of them are decided.`,
    );
    await sleep(ROOM_MS, undefined, { signal });
  }
}

/** As every database keeps it. */
function storable(reason: string): string {
  return reason.replaceAll('\0', '').slice(0, REASON_CHARACTERS);
}
