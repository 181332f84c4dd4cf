import { pause } from '../killAll';
import type { Disturbance, Site } from './disturbance';
import type { TcpProxy } from './tcpProxy';

const DELAY_MS = 40;
const CUTS = 8;
/** Longer than any lease or claim. */
const PARTITION_MS = 12_000;

const linesOf = ({ lines, broker }: Site): TcpProxy[] => [
  ...lines,
  ...(broker?.servers ?? []).map(({ line }) => line),
];

const cannot: Disturbance['cannot'] = async site =>
  linesOf(site).length > 0 ? undefined : 'SQLite is reached by no network';

/** Everything takes longer, in both directions. */
export const delay: Disturbance = {
  ...{ name: 'delay', quick: [], cannot },
  async disturb(site) {
    for (const line of linesOf(site)) line.slow(DELAY_MS);
    await pause(8_000);
    for (const line of linesOf(site)) line.heal();
    return { delay: 1 };
  },
};

/** Connections are lost, one line after the other, whatever is on its way on them. */
export const loss: Disturbance = {
  ...{ name: 'loss', quick: [], cannot },
  async disturb(site) {
    const lines = linesOf(site);
    const before = sum(lines);
    for (let n = 0; n < CUTS * lines.length; n++) {
      lines[n % lines.length].cut();
      await pause(300);
    }
    return { lostConnections: Math.round(sum(lines) - before) };
  },
};

/** One replica is alone, and so is each server of the broker; what they said arrives when that is over. */
export const partition: Disturbance = {
  ...{ name: 'partition', quick: [], cannot },
  async disturb(site) {
    const lines = linesOf(site);
    for (const line of lines) {
      line.mute();
      await pause(PARTITION_MS);
      line.heal();
      await pause(2_000);
    }
    return { partition: lines.length };
  },
};

function sum(lines: TcpProxy[]): number {
  return lines.reduce((cuts, line) => cuts + line.cuts, 0);
}
