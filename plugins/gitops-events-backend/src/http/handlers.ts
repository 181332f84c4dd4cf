import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import type {
  Route,
  RouteName,
  routes,
} from '@gitops-events/plugin-gitops-events-common';
import type { z } from 'zod';
import type { Access } from '../permissions/access';
import type { OwnedResource } from '../permissions/isOwner';

/** What a handler is given: validated, and allowed as far as the route alone can tell. */
export type Asked<N extends RouteName> =
  (typeof routes)[N] extends Route<infer P, infer Q, infer B, z.ZodType>
    ? {
        params: z.output<P>;
        query: z.output<Q>;
        body: z.output<B>;
        /** What the caller may see or do; the handler applies it to the thing at hand. */
        access: Access;
        credentials: BackstageCredentials;
        /** The caller, as decisions name it. */
        by: string;
      }
    : never;

export type Answer<N extends RouteName> =
  (typeof routes)[N] extends Route<z.ZodType, z.ZodType, z.ZodType, infer R>
    ? z.input<R>
    : never;

export type Handler<N extends RouteName> = (
  asked: Asked<N>,
) => Promise<Answer<N>>;

/** These read the raw body and are plain Express handlers of their own. */
export type RawRoute = 'publishEvents' | 'receiveWebhook';
export type HandledRoute = Exclude<RouteName, RawRoute>;

/** One handler a route: what is missing does not compile. */
export type Handlers = { [N in HandledRoute]: Handler<N> };

/** For reads by id: what one may not see does not exist. */
export function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) {
    throw new NotFoundError(
      `There is no such ${what}, or you may not see it. Check the address, or ask its owner.`,
    );
  }
  return thing;
}

/** For writes: says who may. */
export function mayDecide(
  access: Access,
  resource: OwnedResource,
  what: string,
): void {
  if (access.allows(resource)) return;
  const owners = resource.ownerRefs.join(' or ');
  throw new NotAllowedError(
    `You may not ${what}. ${owners ? `It belongs to ${owners}; ask them, or a platform engineer.` : 'Ask a platform engineer.'}`,
  );
}
