import { matchesPattern } from '@gitops-events/plugin-gitops-events-sensors';
import type { Ingress } from '../config';
import type { ReceivedEvent, Refusal } from '../sources/envelope';
import { matchesPrincipal } from './principal';

/** Who brings an event. */
export interface Bearer {
  principal: string;
  /** The one ingress that it feeds, as its own configuration grants; without one, by those that grant it by its name. */
  ingress?: string;
}

/**
 * The ingress by which a principal may bring an event. A source belongs to one
 * ingress (the configuration refuses overlaps), so nobody else can send in its
 * name or take one of its ids.
 */
export function findGrant(
  ingresses: readonly Ingress[],
  bearer: Bearer,
  event: Pick<ReceivedEvent, 'source' | 'type' | 'entityRef'>,
): { ingress: Ingress } | { refusal: Refusal } {
  const { source, type, entityRef } = event;
  const refuse = (attribute: string, detail: string) => ({
    refusal: { status: 403 as const, attribute, detail },
  });
  const fits = (patterns: string[], value: string) =>
    patterns.some(pattern => matchesPattern(pattern, value));

  const ingress = ingresses.find(({ sources }) => fits(sources, source));
  if (!ingress) {
    return refuse(
      'source',
      `No ingress takes the source "${source}". Add it to one under gitopsEvents.ingresses.`,
    );
  }
  const key = `gitopsEvents.ingresses.${ingress.name}`;
  if (!isGranted(ingress, bearer)) {
    return refuse(
      'source',
      bearer.ingress !== undefined
        ? `"${source}" belongs to the ingress ${ingress.name}, and this feeds ${bearer.ingress}. Feed that one, or move the source there.`
        : `"${bearer.principal}" may not send events of the source "${source}". Grant it in ${key}.principals.`,
    );
  }
  if (!fits(ingress.types, type)) {
    return refuse(
      'type',
      `The type "${type}" is not granted. Add it to ${key}.types.`,
    );
  }
  if (entityRef !== undefined && !fits(ingress.entities, entityRef)) {
    return refuse(
      'entityref',
      `Events may not name the entity "${entityRef}". Add it to ${key}.entities.`,
    );
  }
  return { ingress };
}

function isGranted(ingress: Ingress, bearer: Bearer): boolean {
  return bearer.ingress !== undefined
    ? bearer.ingress === ingress.name
    : ingress.principals.some(pattern =>
        matchesPrincipal(pattern, bearer.principal),
      );
}
