import type { BrokerHealth, IncomingEvent, PublishOutcome } from './bus';

/**
 * A topic or a stream of a broker, which fails and recovers by itself.
 *
 * @public
 */
export interface BrokerPart {
  /** Whether events can be sent to it. */
  readonly isFit: boolean;
  /** A sentence for whoever runs the portal; undefined where all is well. */
  readonly message: string | undefined;
}

/**
 * The health of a broker of several parts: it is up while one of them is fit;
 * what is wrong with the others is told beside that.
 *
 * @public
 */
export class HealthOfParts {
  private state: BrokerHealth = {
    ...{ state: 'down', since: Date.now() },
    message: 'It was not asked yet.',
  };

  constructor(
    private readonly parts: () => BrokerPart[],
    /** Called when it is up again, or for the first time. */
    private readonly recovered: () => void,
  ) {}

  get isUp(): boolean {
    return this.state.state === 'up';
  }

  /** Why nothing can be sent at all; undefined while it is up. */
  get cause(): string | undefined {
    return this.state.message;
  }

  /** @param troubles - what is wrong with parts, in sentences */
  tell(troubles: string[]): BrokerHealth {
    const { state, since, message = troubles.join(' ') } = this.state;
    return { state, since, ...(message && { message }) };
  }

  /** To be called once it is known anew how a part stands. */
  judge(): void {
    const { state, since } = this.state;
    const parts = this.parts();
    if (!parts.some(({ isFit }) => isFit)) {
      const causes = new Set(parts.flatMap(({ message }) => message ?? []));
      this.state = {
        state: 'down',
        since: state === 'up' ? Date.now() : since,
        message: [...causes].join(' '),
      };
    } else if (state === 'down') {
      this.state = { state: 'up', since: Date.now() };
      this.recovered();
    }
  }
}

/**
 * Publishes events part by part, to all parts at once.
 *
 * @returns what became of each, in the order of the events
 * @throws what `publish` throws, for one part or another
 * @public
 */
export async function publishByPart<P>(
  events: IncomingEvent[],
  partOf: (event: IncomingEvent) => P,
  publish: (part: P, its: IncomingEvent[]) => Promise<PublishOutcome[]>,
): Promise<PublishOutcome[]> {
  const groups = new Map<P, IncomingEvent[]>();
  for (const event of events) {
    const part = partOf(event);
    groups.set(part, [...(groups.get(part) ?? []), event]);
  }
  const outcomes = new Map<IncomingEvent, PublishOutcome>();
  await Promise.all(
    Array.from(groups, async ([part, its]) => {
      const told = await publish(part, its);
      its.forEach((event, at) => outcomes.set(event, told[at]));
    }),
  );
  return events.map(event => outcomes.get(event)!);
}

/**
 * The first of them whose types match.
 *
 * @param type - of a CloudEvent
 * @param among - a trailing `*` of a type matches any rest
 * @public
 */
export function firstForType<T extends { types: string[] }>(
  type: string,
  among: T[],
): T | undefined {
  const fits = (pattern: string) =>
    pattern.endsWith('*')
      ? type.startsWith(pattern.slice(0, -1))
      : type === pattern;
  return among.find(({ types }) => types.some(fits));
}
