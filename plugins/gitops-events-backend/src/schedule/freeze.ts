import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type {
  Reason,
  Target,
} from '@gitops-events/plugin-gitops-events-common';
import {
  momentInWords,
  parseMoment,
} from '@gitops-events/plugin-gitops-events-sensors';

/** A time in which nothing may begin on a target. Milliseconds since the epoch. */
export interface Freeze {
  from: number;
  /** The first moment after it. */
  to: number;
  timeZone: string;
  /** For people. */
  reason: string;
}

/** @throws InputError that names the key to mend. */
export function readFreezes(
  target: ReturnType<RootConfigService['getConfig']>,
  key: string,
): Freeze[] {
  const freezes = target.getOptionalConfigArray('freeze') ?? [];
  return freezes.map((freeze, at) => {
    const where = `${key}.freeze[${at}]`;
    const timeZone = freeze.getOptionalString('timeZone') ?? 'UTC';
    const moment = (name: 'from' | 'to') => {
      const text = freeze.getString(name);
      const edge = name === 'from' ? 'start' : 'end';
      const found = parseMoment(text, timeZone, edge);
      if (found !== undefined) return found;
      throw new InputError(
        `${where}.${name} is "${text}" in the time zone "${timeZone}"; write a time such as 2026-12-20T18:00 and a zone such as Europe/Berlin`,
      );
    };
    const [from, to] = [moment('from'), moment('to')];
    if (from >= to) {
      throw new InputError(
        `${where} ends ${momentInWords(to, timeZone)}, before it begins; let \`to\` be later than \`from\``,
      );
    }
    return { from, to, timeZone, reason: freeze.getString('reason') };
  });
}

/** Those of an environment, which an event may have named: it may be anything. */
export function freezesIn(
  targets: Record<string, { freeze?: Freeze[] }>,
  environment: string | undefined,
): readonly Freeze[] {
  return environment !== undefined && Object.hasOwn(targets, environment)
    ? (targets[environment].freeze ?? [])
    : [];
}

/** The freeze of this moment that ends last. */
export function freezeAt(
  freezes: readonly Freeze[],
  moment: number,
): Freeze | undefined {
  return freezes
    .filter(({ from, to }) => from <= moment && moment < to)
    .sort((a, b) => b.to - a.to)[0];
}

/** Why a change of these targets may not merge itself now, or undefined: it waits for the freeze that ends last. */
export function frozenMerge(
  targets: Record<string, { freeze?: Freeze[] }>,
  named: ReadonlyArray<Target | undefined>,
  now: number,
): Reason | undefined {
  const freezes = named.flatMap(target =>
    freezesIn(targets, target?.environment),
  );
  const freeze = freezeAt(freezes, now);
  if (!freeze) return undefined;
  const until = momentInWords(freeze.to, freeze.timeZone);
  return {
    code: 'freeze',
    message: `Merges itself after ${until}: frozen, ${freeze.reason}.`,
    detail: { until: freeze.to },
  };
}

/** When what waits for this reason may merge itself; never by itself, where it is no freeze. */
export function thawsAt({ code, detail }: Reason): number {
  return code === 'freeze' ? Number(detail!.until) : Infinity;
}
