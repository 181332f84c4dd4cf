import type { SourceView } from '@gitops-events/plugin-gitops-events-common';

type Partition = SourceView['partitions'][number];

/** A partition that stands still after a loss. */
export type Stopped = Partition & Required<Pick<Partition, 'stopped'>>;

export function stoppedOf({ partitions }: SourceView): Stopped[] {
  return partitions.filter(
    (one): one is Stopped => !!one.stopped && !one.retired,
  );
}

/** Why not all of it is read for now: each reason once, since when the first partition has it. */
export function waitsOf({
  trouble,
  partitions,
  state,
}: SourceView): { message: string; since?: string }[] {
  const waits = new Map<string, string | undefined>();
  for (const one of partitions) {
    if (!one.trouble || one.retired) continue;
    const { message, since } = one.trouble;
    const known = waits.get(message);
    waits.set(message, known !== undefined && known < since ? known : since);
  }
  if (trouble !== undefined && !waits.has(trouble)) {
    waits.set(trouble, undefined);
  }
  if (waits.size === 0 && state === 'waiting') {
    waits.set('Its partitions are not known yet.', undefined);
  }
  return [...waits].map(([message, since]) => ({ message, since }));
}
