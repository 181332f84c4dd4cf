import {
  AUDIT_STREAM,
  type ChainRow,
  type GitopsEventsClient,
} from '@gitops-events/plugin-gitops-events-common';
import type { FoundAnchor } from './readAnchors';
import { verifyHeads, verifyLine, type RecordedAnchor } from './verifyAnchors';
import { StreamCheck, type Finding } from './verifyChain';

/** What was looked at, and what is wrong. */
export interface Verified {
  rows: number;
  streams: number;
  /** Undefined where no ref was given: then only the chain itself was looked at. */
  anchors?: number;
  findings: Finding[];
}

const PAGE = 1000;

/**
 * Recomputes the chain from what the portal gives, and holds it against the
 * anchors. Nothing that the portal says about itself is believed.
 */
export async function verify(
  client: Pick<GitopsEventsClient, 'call'>,
  readRef?: () => Promise<FoundAnchor[]>,
): Promise<Verified> {
  // Read before the rows, which only grow: each row that it names must be there.
  const anchors = await readRef?.();
  const { streams: told } = await client.call('getAudit');
  const names = new Set([
    ...told.map(({ stream }) => stream),
    ...(anchors ?? []).flatMap(({ anchor }) =>
      Object.keys(anchor?.heads ?? {}),
    ),
  ]);
  const recorded: RecordedAnchor[] = [];
  const checks = new Map<string, StreamCheck>();
  for (const stream of names) {
    const check = new StreamCheck(stream, anchoredIn(stream, anchors ?? []));
    for await (const row of rowsOf(client, stream)) {
      check.add(row);
      if (stream === AUDIT_STREAM) recorded.push(...recordedIn(row));
    }
    checks.set(stream, check);
  }
  // And after them: each anchor that they tell of must be there.
  const line = await readRef?.();
  const all = [...checks.values()];
  return {
    rows: all.reduce((sum, { rows }) => sum + rows, 0),
    streams: checks.size,
    ...(anchors && { anchors: anchors.length }),
    findings: [
      ...all.flatMap(({ finding }) => finding ?? []),
      ...(anchors ? verifyHeads(anchors, checks) : []),
      ...(line ? verifyLine(line, recorded, anchors!.length) : []),
    ],
  };
}

function anchoredIn(stream: string, anchors: FoundAnchor[]): Set<number> {
  return new Set(
    anchors.flatMap(({ anchor }) => anchor?.heads[stream]?.number ?? []),
  );
}

async function* rowsOf(
  client: Pick<GitopsEventsClient, 'call'>,
  stream: string,
): AsyncGenerator<ChainRow> {
  for (let after = 0; ;) {
    const query = { stream, after, limit: PAGE };
    const { items } = await client.call('listChain', { query });
    yield* items;
    if (items.length < PAGE) return;
    after = items[items.length - 1].number;
  }
}

/** A row that cannot be read is a finding of its own. */
function recordedIn({ records }: ChainRow): RecordedAnchor[] {
  try {
    return JSON.parse(records);
  } catch {
    return [];
  }
}
