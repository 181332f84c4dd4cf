import type { LoggerService } from '@backstage/backend-plugin-api';
import { AUDIT_STREAM } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import type { AuditConfig } from '../config';
import { startLoop, type Loop } from '../pipeline/loop';
import { presentTime } from '../presentTime';
import type { ChainHead } from '../store/chain';
import { readChainHeads } from '../store/chainHeads';
import type { AuditRef, HeldAnchor } from './AuditRef';
import { readRecorded, recordAnchor } from './recordAnchor';

const POLL_MS = 5_000;

export interface AnchorOptions {
  knex: Knex;
  ref: AuditRef;
  config: Pick<AuditConfig, 'everyMs' | 'rows'>;
}

/** Anchors the heads of the chain in Git, as often as configured, while something is decided. */
export function startAnchorLoop(
  options: AnchorOptions & { logger: LoggerService },
): Loop {
  return startLoop({
    name: 'audit',
    logger: options.logger,
    pollMs: Math.min(POLL_MS, options.config.everyMs),
    turn: async () => {
      await anchorHeads(options, presentTime());
      return false;
    },
  });
}

/**
 * Writes an anchor where one is due. First to Git, by comparison, so that one
 * of several replicas does; then on record. Whoever finds an anchor that is not
 * on record, since its writer died in between, puts it there.
 *
 * @returns the anchor that was written, or undefined
 */
export async function anchorHeads(
  { knex, ref, config }: AnchorOptions,
  now: number,
): Promise<HeldAnchor | undefined> {
  const last = await ref.last();
  if (last) await recordAnchor(knex, last);
  const heads = await readChainHeads(knex);
  if (!isDue(config, last, heads, now)) return undefined;
  // Where the ref was taken away, the record goes on counting: a gap is seen.
  const recorded = last ?? (await readRecorded(knex));
  const anchor = await ref.add(last, {
    anchor: (recorded?.anchor ?? 0) + 1,
    at: new Date(now).toISOString(),
    heads: Object.fromEntries(heads),
  });
  if (!anchor) return undefined;
  await recordAnchor(knex, anchor);
  return anchor;
}

/** Pure. */
function isDue(
  config: AnchorOptions['config'],
  last: HeldAnchor | undefined,
  heads: ReadonlyMap<string, ChainHead>,
  now: number,
): boolean {
  const fresh = [...heads]
    // An anchor alone is no news.
    .filter(([stream]) => stream !== AUDIT_STREAM)
    .map(([stream, { number }]) => number - (last?.heads[stream]?.number ?? 0))
    // Behind the anchor: the database is older than what it held.
    .reduce((sum, rows) => sum + Math.abs(rows), 0);
  if (fresh === 0) return false;
  return (
    !last || fresh >= config.rows || now - Date.parse(last.at) >= config.everyMs
  );
}
