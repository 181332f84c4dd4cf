import type { BenchRoom } from '../../environment/benchRoom';
import { percentile } from '../../measure/statistics';
import { tellTimes } from '../../ours/calmSensor';
import { benchRow, type BenchRow } from '../../report/benchRow';
import type { MeasuredSpine } from './busSpine';
import { ours, stream } from './decided';

const CLIENTS = 16;

/** Sixteen clients of another database of the same server write and leave their transactions open: what we deliver must not wait for them. */
export async function strangers(
  room: BenchRoom,
  measured: MeasuredSpine,
): Promise<BenchRow[]> {
  const count = room.quick ? 200 : 2_000;
  const alone = await stream(count, ours(measured));
  const stranger = await room.emptyDatabase('stranger', CLIENTS);
  await stranger.schema.createTable('notes', table => table.integer('n'));
  const open = await Promise.all(
    Array.from({ length: CLIENTS }, async (_, n) => {
      const transaction = await stranger.transaction();
      await transaction('notes').insert({ n });
      return transaction;
    }),
  );
  const beside = await stream(count, ours(measured));
  await Promise.all(open.map(transaction => transaction.rollback()));
  tellTimes(room, 'alone', alone);
  tellTimes(room, `beside ${CLIENTS} open transactions`, beside);
  return [
    benchRow({
      what: 'postgres, accepted to decided, p50, 16 transactions open elsewhere',
      unit: 's',
      ours: percentile(beside, 50),
      peer: { name: 'none open', value: percentile(alone, 50) },
    }),
  ];
}
