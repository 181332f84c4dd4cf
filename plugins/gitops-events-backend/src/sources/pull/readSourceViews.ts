import {
  maskNamedSecrets,
  maskSecrets,
  type RefusedMessageView,
  type SourceView,
} from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { askedWithin } from '../../bus/intake/askedWithin';
import type { IntakeStop } from '../../store/intakes';
import { countRefused, type RefusedMessage } from '../../store/refusedMessages';
import { readSourceIntakes } from '../../store/sourceIntakes';
import type { OpenSource } from './sourceLoop';

const EXCERPT_CHARACTERS = 2_000;

/** How each source stands. */
export async function readSourceViews(
  knex: Knex,
  sources: readonly OpenSource[],
): Promise<SourceView[]> {
  const refused = await countRefused(knex);
  return Promise.all(
    sources.map(open =>
      readView(knex, open, refused.get(open.config.name) ?? 0),
    ),
  );
}

async function readView(
  knex: Knex,
  { config, source, trouble }: OpenSource,
  refused: number,
): Promise<SourceView> {
  const intakes = await readSourceIntakes(knex, config.name);
  const positions = new Map(
    intakes.map(({ partition, position }) => [partition, position]),
  );
  const lags = await askedWithin(() => source.lag(positions));
  const partitions = intakes.map(({ partition, version, ...intake }) => ({
    ...{ partition, version, position: intake.position },
    behind: lags?.get(partition),
    lastMessageAt: isoOf(intake.lastAt),
    stopped: shown(intake.stopped),
    trouble: intake.stopped ? undefined : shown(intake.trouble),
  }));
  return {
    ...{ name: config.name, kind: config.kind, ingress: config.ingress },
    state: stateOf(partitions, trouble),
    trouble,
    ...{ refused, partitions },
  };
}

function stateOf(
  partitions: SourceView['partitions'],
  trouble: string | undefined,
): SourceView['state'] {
  if (partitions.some(({ stopped }) => stopped)) return 'stopped';
  const isWaiting =
    trouble !== undefined || partitions.some(one => one.trouble !== undefined);
  return isWaiting || partitions.length === 0 ? 'waiting' : 'reading';
}

function shown(stop: IntakeStop | undefined) {
  return stop && { message: stop.message, since: isoOf(stop.since)! };
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/** A refused message as people see it: without what looks like a secret, and not all of it. */
export function viewRefused({
  seq,
  source,
  reason,
  message,
  at,
}: RefusedMessage): RefusedMessageView {
  const { place, topic, timestamp, key, value, headers } = message;
  const told = new Date(timestamp);
  return {
    ...{ number: seq, source, place, topic },
    reason: String(maskSecrets(reason)),
    at: new Date(at).toISOString(),
    sentAt: Number.isNaN(told.getTime()) ? undefined : told.toISOString(),
    key: key && String(maskSecrets(textOf(key))).slice(0, EXCERPT_CHARACTERS),
    headers: maskSecrets(Object.fromEntries(headers.toReversed())) as Record<
      string,
      string
    >,
    excerpt: value && excerptOf(value),
  };
}

/** JSON is masked by the names of its keys before it is cut. */
function excerptOf(value: Uint8Array): string {
  const text = textOf(value);
  let masked: string;
  try {
    masked = JSON.stringify(maskSecrets(JSON.parse(text)));
  } catch {
    masked = maskNamedSecrets(String(maskSecrets(text)));
  }
  return masked.length > EXCERPT_CHARACTERS
    ? `${masked.slice(0, EXCERPT_CHARACTERS)}… (${masked.length - EXCERPT_CHARACTERS} more characters)`
    : masked;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
