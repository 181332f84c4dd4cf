import { pause } from '../killAll';
import type { Answers } from '../answers';
import type { Disturbance } from './disturbance';

/** What was acknowledged before may still be on its way. */
const UNDER_WAY_MS = 2_000;
const WITHOUT_MS = 20_000;
/** Longer than a replica tries on at a broker that does not answer it. */
const PATIENCE_MS = 10_000;

/** Of the servers of a cluster only one is left, which may store nothing alone; then they come back. */
export const quorum: Disturbance = {
  name: 'quorum',
  quick: ['nats'],
  cannot: async ({ broker }) =>
    (broker?.servers.length ?? 0) < 3
      ? 'there is no cluster of three servers'
      : undefined,
  async disturb({ broker, run: { sender }, room }) {
    const { patienceMs } = sender;
    sender.patienceMs = PATIENCE_MS;
    const dying = broker!.servers.slice(1);
    await Promise.all(dying.map(server => server.kill()));
    await pause(UNDER_WAY_MS);
    const before = sender.answers;
    await pause(WITHOUT_MS);
    const told = withoutQuorum(before, sender.answers);
    room.log(`without a quorum: ${JSON.stringify(told)}`);
    await Promise.all(dying.map(server => server.start()));
    sender.patienceMs = patienceMs;
    return { quorum: 1, ...told };
  },
};

/** What requests were told meanwhile. Pure. Zero of `accepted` and `unexplained`, and some `refused`, is as it has to be. */
export function withoutQuorum(before: Answers, after: Answers) {
  const more = (name: keyof Answers) => after[name] - before[name];
  return {
    quorumAccepted: more('accepted'),
    quorumRefused: more('refused'),
    quorumUnanswered: more('unanswered'),
    quorumUnexplained: more('unexplained'),
  };
}
