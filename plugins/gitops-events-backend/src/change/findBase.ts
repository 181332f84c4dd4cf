import type { Reason } from '@gitops-events/plugin-gitops-events-common';
import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';

/** The host of a repository and the head of one of its branches, or what to mend. */
export async function findBase(
  hosts: readonly ChangeHost[],
  { repository, base }: { repository: string; base: string },
): Promise<{ host: ChangeHost; head: string } | { reason: Reason }> {
  const host = hosts.find(one => one.serves(repository));
  if (!host) {
    return {
      reason: {
        code: 'noHost',
        message: `No change host serves ${repository}. Configure one, then release.`,
      },
    };
  }
  try {
    const head = await host.head(repository, base);
    if (head) return { host, head };
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'InputError') return { reason: { code: 'refused', message } };
    if (name !== 'NotFoundError') throw error;
  }
  return {
    reason: {
      code: 'baseGone',
      message: `${repository} has no branch ${base}. Make it again or mend the sensor, then release.`,
    },
  };
}
