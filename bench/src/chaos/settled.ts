import type { Knex } from 'knex';

const LOOK_MS = 200;
const TELL_MS = 5_000;

/**
 * Resolves when as many events as were acknowledged are there, every one of
 * them is decided and every run has ended. What has not arrived within a minute
 * is left to the count.
 *
 * @param asked - the code of a reason for which a run may wait for a person
 * @throws Error that says what is left, when nothing has moved for a minute.
 */
export async function settled(
  knex: Knex,
  log: (line: string) => void,
  acknowledged: number,
  asked?: string,
): Promise<void> {
  let before = '';
  let movedAt = performance.now();
  let toldAt = movedAt;
  for (;;) {
    const left = await whatIsLeft(knex, acknowledged, asked);
    if (left === undefined) return;
    if (left !== before) {
      if (performance.now() - toldAt > TELL_MS) {
        log(left);
        toldAt = performance.now();
      }
      before = left;
      movedAt = performance.now();
    }
    if (performance.now() - movedAt > 60_000) {
      if ((await whatIsLeft(knex, 0, asked)) === undefined) return;
      throw new Error(`Nothing has moved for a minute: ${left}`);
    }
    await new Promise(done => setTimeout(done, LOOK_MS));
  }
}

async function whatIsLeft(
  knex: Knex,
  acknowledged: number,
  asked: string | undefined,
): Promise<string | undefined> {
  const count = async (table: string) => {
    const row = await knex(table).count({ count: '*' }).first();
    return Number(row?.count);
  };
  // The one sensor says one thing to each event: it fires, or why it does not.
  const events = await count('events');
  const undecided = events - (await count('runs')) - (await count('decisions'));
  const missing = Math.max(0, acknowledged - events);
  const runs: Array<{ state: string; reason: string | null }> = await knex(
    'runs',
  )
    .where('state', '<>', 'ended')
    .select('state', 'reason');
  const open = runs.filter(
    ({ state, reason }) =>
      state !== 'held' || !reason || JSON.parse(reason).code !== asked,
  );
  if (missing === 0 && undecided === 0 && open.length === 0) return undefined;
  const kinds = new Map<string, number>();
  for (const { state, reason } of open) {
    const kind = `${state} ${reason ?? ''}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const told = [...kinds].map(([kind, n]) => `${n} runs ${kind}`);
  const first = missing > 0 ? [`${missing} events on their way`] : [];
  return [...first, `${undecided} events undecided`, ...told].join('; ');
}
