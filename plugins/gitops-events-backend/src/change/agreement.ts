import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import type { Knex } from 'knex';
import { FileTree } from '../render/fileTree';
import {
  markLooked,
  readObserved,
  settleObserved,
  type Observed,
} from '../store/observed';
import { baseTree } from './baseTree';
import type { Candidate } from './candidate';
import type { SealContext } from './sealBase';
import { inTransaction } from '../store/inTransaction';

/** How long base has to come to hold what an observing sensor would have written. Milliseconds. */
export const AGREE_WITHIN_MS = 24 * 3_600_000;

/** Looked for in one turn. */
const AT_ONCE = 100;

/**
 * Looks whether a base holds by now what observing runs would have written:
 * then their edits, made once more, change nothing.
 *
 * @returns whether there is more to look for
 */
export async function checkAgreement(
  context: Pick<SealContext, 'knex' | 'hosts' | 'readRuns' | 'foldEffects'>,
  { repository, base }: Pick<Observed, 'repository' | 'base'>,
  now: number,
): Promise<boolean> {
  const { knex, hosts } = context;
  const host = hosts.find(one => one.serves(repository));
  const head = await host?.head(repository, base);
  const at = { repository, base, head: head ?? '', now, limit: AT_ONCE };
  const observed = await readObserved(knex, at);
  const holds =
    host && head
      ? await heldBy(context, host, head, observed)
      : new Set<Observed>();
  const rest = observed.filter(one => !holds.has(one));
  await write(knex, {
    agreed: [...holds],
    missed: rest.filter(({ until }) => until <= now),
    open: rest.filter(({ until }) => until > now),
    head: at.head,
  });
  return observed.length === AT_ONCE;
}

async function heldBy(
  context: Pick<SealContext, 'readRuns' | 'foldEffects'>,
  host: ChangeHost,
  head: string,
  observed: Observed[],
): Promise<Set<Observed>> {
  if (observed.length === 0) return new Set();
  const [{ repository, base }] = observed;
  const tree = baseTree(host, repository, head);
  const effects = context.foldEffects(repository, base);
  const runs = await context.readRuns(observed.map(({ runId }) => runId));
  const runOf = new Map(runs.map(run => [run.id, run]));
  const held = new Set<Observed>();
  for (const one of observed) {
    const run = runOf.get(one.runId);
    if (!run) continue;
    const candidate = { run, effect: { input: one.input } } as Candidate;
    const untouched = new FileTree(paths => tree.read(paths));
    const rendered = await effects.render(candidate, untouched);
    if ('files' in rendered && rendered.files.length === 0) held.add(one);
  }
  return held;
}

function write(
  knex: Knex,
  what: {
    agreed: Observed[];
    missed: Observed[];
    open: Observed[];
    head: string;
  },
): Promise<void> {
  return inTransaction(knex, async tx => {
    await settleObserved(tx, what);
    await markLooked(tx, what.open, what.head);
  });
}
