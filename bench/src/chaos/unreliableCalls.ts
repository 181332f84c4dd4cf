import { LocalHost } from '@gitops-events/plugin-gitops-events-backend/src/git/localHost';

const calls = ['commit', 'propose', 'merge', 'close', 'comment'] as const;

/**
 * What a bad network does to a forge, done to the host that has no network: some
 * calls are made and answered with an error, some are made twice.
 */
export function makeCallsUnreliable(options: {
  share: { lost: number; doubled: number };
  onFault(fault: 'lost' | 'doubled'): void;
}): void {
  const { share, onFault } = options;
  const host = LocalHost.prototype as unknown as Record<
    string,
    (request: unknown) => Promise<unknown>
  >;
  for (const name of calls) {
    const call = host[name];
    host[name] = async function unreliable(this: LocalHost, request) {
      const chance = Math.random();
      if (chance < share.lost) {
        onFault('lost');
        await call.call(this, request);
        throw new Error('The answer was lost');
      }
      if (chance < share.lost + share.doubled) {
        onFault('doubled');
        await call.call(this, request);
      }
      return call.call(this, request);
    };
  }
}
