import type { RootConfigService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { matchesPattern } from '@gitops-events/plugin-gitops-events-sensors';

/** So many are decided within the hour; beyond, a sender had better keep them. */
const DEFAULT_MAX_UNDECIDED = 5_000_000;

export interface Ingress {
  name: string;
  principals: string[];
  sources: string[];
  types: string[];
  entities: string[];
  partitions: number;
  /** Through each replica; undefined: as many as each principal may. */
  eventsPerMinute?: number;
  /** Events of it that may wait to be decided; more are turned away. */
  maxUndecided?: number;
  /** How much of that each principal may bring; undefined: as much as all. */
  perPrincipal?: {
    /** Through each replica. */
    eventsPerMinute?: number;
    maxUndecided?: number;
  };
  /** Fields of its events that name a commit, beside the well-known ones. */
  commits?: string[];
}

/**
 * The doors for events, of `gitopsEvents.ingresses`.
 *
 * @throws InputError where a source could come through two of them
 */
export function readIngresses(
  config: ReturnType<RootConfigService['getOptionalConfig']>,
): Ingress[] {
  const root = config?.getOptionalConfig('ingresses');
  const ingresses = (root?.keys() ?? []).map((name): Ingress => {
    const ingress = root!.getConfig(name);
    return {
      name,
      principals: ingress.getStringArray('principals'),
      sources: ingress.getStringArray('sources'),
      types: ingress.getStringArray('types'),
      entities: ingress.getOptionalStringArray('entities') ?? [],
      partitions: ingress.getOptionalNumber('partitions') ?? 1,
      commits: ingress.getOptionalStringArray('commits') ?? [],
      eventsPerMinute: atLeastOne(ingress, name, 'eventsPerMinute'),
      maxUndecided:
        atLeastOne(ingress, name, 'maxUndecided') ?? DEFAULT_MAX_UNDECIDED,
      ...(ingress.has('perPrincipal') && {
        perPrincipal: {
          eventsPerMinute: atLeastOne(
            ingress,
            name,
            'perPrincipal.eventsPerMinute',
          ),
          maxUndecided: atLeastOne(ingress, name, 'perPrincipal.maxUndecided'),
        },
      }),
    };
  });
  refuseOverlaps(ingresses);
  return ingresses;
}

function atLeastOne(
  ingress: Config,
  name: string,
  key: string,
): number | undefined {
  const value = ingress.getOptionalNumber(key);
  if (value !== undefined && !(value >= 1)) {
    throw new InputError(
      `gitopsEvents.ingresses.${name}.${key} is ${value}; use 1 or more`,
    );
  }
  return value;
}

/** One source, one ingress: else one sender could take an id of another. */
function refuseOverlaps(ingresses: Ingress[]): void {
  const all = ingresses.flatMap(({ name, sources }) =>
    sources.map(source => ({ name, source })),
  );
  for (const [index, a] of all.entries()) {
    for (const b of all.slice(index + 1)) {
      if (a.name !== b.name && overlap(a.source, b.source)) {
        throw new InputError(
          `gitopsEvents.ingresses: the source patterns "${a.source}" of ${a.name} and "${b.source}" of ${b.name} overlap; give each source to one ingress`,
        );
      }
    }
  }
}

function overlap(a: string, b: string): boolean {
  const [stemA, stemB] = [a, b].map(pattern => pattern.replace(/\*$/, ''));
  if (a.endsWith('*') && b.endsWith('*')) {
    return stemA.startsWith(stemB) || stemB.startsWith(stemA);
  }
  return matchesPattern(a, b) || matchesPattern(b, a);
}
