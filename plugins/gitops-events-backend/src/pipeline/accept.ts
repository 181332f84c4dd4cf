import { createHash } from 'node:crypto';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import type {
  EventBus,
  IncomingEvent,
} from '@gitops-events/plugin-gitops-events-node';
import type { Ingress, Limits } from '../config';
import type { ReceivedEvent, Refusal } from '../sources/envelope';
import { groupBy } from '../timeline/groupBy';
import { findGrant, type Bearer } from './acceptGrant';
import type { IngressLimits } from './ingressLimits';
import { principalOf } from './principal';

/**
 * May the bearer bring events about this entity? For a person: the permission
 * to publish, judged by the entity's owner. What a service may name was granted
 * to its ingress already; for it the owner is looked up alone.
 */
export type AuthorizeEntity = (
  credentials: BackstageCredentials,
  entityRef: string,
) => Promise<{ ownerRef?: string } | { refused: string }>;

/** What became of one event. */
export type Acceptance =
  | {
      result: 'accepted' | 'duplicate';
      id: string;
      source: string;
      uid: string;
    }
  | { result: 'refused'; refusal: Refusal };

export interface AcceptorOptions {
  bus: Pick<EventBus, 'publish'>;
  ingresses: readonly Ingress[];
  limits: Pick<Limits, 'eventBytes'>;
  authorizeEntity: AuthorizeEntity;
  /** How much each ingress may bring; without it as much as comes. */
  ingressLimits?: Pick<IngressLimits, 'take'>;
  /** Depths of the events among these uids that we have. */
  depthsOf(uids: string[]): Promise<ReadonlyMap<string, number>>;
}

/** Hop one: who brings it, is it granted, is it small enough; then it is stored. */
export class Acceptor {
  constructor(private readonly options: AcceptorOptions) {}

  /**
   * Resolves once all that can be accepted is durable. A bad event fails
   * alone; outcomes are in the order given.
   *
   * @throws ServiceUnavailableError when nobody can say whether it is stored, or how deep it is.
   * @throws IngressLimited when an ingress brings too much; nothing is stored then.
   */
  async accept(request: {
    events: ReceivedEvent[];
    credentials: BackstageCredentials;
    /** Who brings them, where the credentials are only ours, as for an event source that is pulled. */
    bearer?: Bearer;
  }): Promise<Acceptance[]> {
    const { events, credentials } = request;
    const { bearer = { principal: principalOf(credentials) } } = request;
    const admitted = await this.admit(events, credentials, bearer);
    const incoming = admitted.filter(item => 'uid' in item);
    await this.limit(incoming);
    const outcomes = await this.publish(incoming);
    let next = 0;
    return admitted.map(item => {
      if (!('uid' in item)) return { result: 'refused', refusal: item };
      const outcome = outcomes[next++];
      return outcome.result === 'refused'
        ? {
            result: 'refused',
            refusal: {
              status: 400,
              detail: `It cannot be stored: ${outcome.message}.`,
            },
          }
        : {
            result: outcome.result,
            id: item.id,
            source: item.source,
            uid: item.uid,
          };
    });
  }

  /** Adds what only we know to each event, or says why it is refused. */
  private async admit(
    events: ReceivedEvent[],
    credentials: BackstageCredentials,
    bearer: Bearer,
  ): Promise<Array<IncomingEvent | Refusal>> {
    const causes = await this.causes(events);
    const entities = new Map<string, ReturnType<AuthorizeEntity>>();
    const authorize = (entityRef: string) => {
      const asked =
        entities.get(entityRef) ??
        this.options.authorizeEntity(credentials, entityRef);
      entities.set(entityRef, asked);
      return asked;
    };

    return Promise.all(
      events.map(async event => {
        const tooLarge = this.refuseSize(event);
        if (tooLarge) return tooLarge;
        const grant = findGrant(this.options.ingresses, bearer, event);
        if ('refusal' in grant) return grant.refusal;
        const entity = event.entityRef ? await authorize(event.entityRef) : {};
        if ('refused' in entity) {
          return {
            status: 403,
            attribute: 'entityref',
            detail: entity.refused,
          } as const;
        }
        return {
          ...event,
          uid: eventUid(event.source, event.id),
          depth: depthOf(event, causes),
          ingress: grant.ingress.name,
          principal: bearer.principal,
          ownerRef: entity.ownerRef,
        };
      }),
    );
  }

  private async limit(events: IncomingEvent[]): Promise<void> {
    const { ingressLimits } = this.options;
    if (!ingressLimits) return;
    const byIngress = groupBy(events, ({ ingress }) => ingress);
    for (const [ingress, some] of byIngress) {
      await ingressLimits.take(ingress, some.length, some[0].principal);
    }
  }

  private async publish(events: IncomingEvent[]) {
    try {
      return await this.options.bus.publish(events);
    } catch (error) {
      if ((error as Error).name === 'ServiceUnavailableError') throw error;
      throw new ServiceUnavailableError(
        'The events could not be stored now; send them again in a moment',
        error,
      );
    }
  }

  private async causes(
    events: ReceivedEvent[],
  ): Promise<ReadonlyMap<string, number>> {
    const uids = events.flatMap(({ causationId }) => causationId ?? []);
    if (uids.length === 0) return new Map();
    try {
      return await this.options.depthsOf(uids);
    } catch (error) {
      throw new ServiceUnavailableError(
        'What the events follow from cannot be looked up now; send them again in a moment',
        error,
      );
    }
  }

  private refuseSize({ data }: ReceivedEvent): Refusal | undefined {
    const { eventBytes } = this.options.limits;
    if (!data || data.length <= eventBytes) return undefined;
    return {
      status: 413,
      attribute: 'data',
      detail: `The payload has ${data.length} bytes; at most ${eventBytes} are allowed (gitopsEvents.limits.eventBytes). Send a reference to it instead.`,
    };
  }
}

/** Names an event in URLs: 32 hex digits that follow from its identity. */
export function eventUid(source: string, id: string): string {
  return createHash('sha256')
    .update(`${source}\0${id}`)
    .digest('hex')
    .slice(0, 32);
}

/**
 * How many of our steps led here. Anybody may say so: a sender who names more
 * only brings its own event to a person sooner, and one who names fewer is
 * raised above the event that it says it follows from.
 */
function depthOf(
  { depth, causationId }: ReceivedEvent,
  causes: ReadonlyMap<string, number>,
): number {
  const cause = causationId === undefined ? undefined : causes.get(causationId);
  return cause === undefined ? depth : Math.max(depth, cause + 1);
}
