/**
 * Sends events one after the other, each until the portal acknowledges it: so
 * the log must have them in this order. Answers may be 202, and 503 with
 * `Retry-After: 1` while the broker is away; others fail the test.
 *
 * @param send - asks the portal to accept the event of this id
 * @param name - begins their ids
 * @public
 */
export function startSending(
  send: (id: string) => Promise<Response>,
  name = 'event',
): EventSender {
  const acknowledged: string[] = [];
  const refused: string[] = [];
  let going = true;
  const done = (async () => {
    for (let sent = 0; going; sent++) {
      const id = `${name} ${sent}`;
      for (let status = 0; status !== 202;) {
        const answer = await send(id);
        status = answer.status;
        if (status === 202) continue;
        refused.push(id);
        expect(status).toBe(503);
        expect(answer.headers.get('retry-after')).toBe('1');
        await pause(50);
      }
      acknowledged.push(id);
    }
  })();
  const more = (list: string[]) => async (count: number) => {
    const wanted = list.length + count;
    while (list.length < wanted) {
      // Where the sender has failed, that is told.
      await Promise.race([done, pause(20)]);
    }
  };
  return {
    ...{ acknowledged, refused },
    untilAcknowledged: more(acknowledged),
    untilRefused: more(refused),
    stop: async () => {
      going = false;
      await done;
    },
  };
}

/** @public */
export interface EventSender {
  /** Ids, in the order of their acknowledgement. */
  readonly acknowledged: string[];
  /** Ids, one more with each refusal. */
  readonly refused: string[];
  /** Resolves after so many more. */
  untilAcknowledged(count: number): Promise<void>;
  /** Resolves after so many more refusals. */
  untilRefused(count: number): Promise<void>;
  /** Resolves once the last event is acknowledged. */
  stop(): Promise<void>;
}

/**
 * A portal with an ingress `people` that accepts `io.example.*` from `/people`, over HTTP.
 *
 * @param base - as `http://localhost:7007/api/gitops-events/v1`
 * @param authorization - the header of someone who may send and read events
 * @public
 */
export function eventsOver(base: string, authorization: string): PortalEvents {
  const get = async (url: string) =>
    (await fetch(`${base}/${url}`, { headers: { authorization } })).json();
  return {
    get,
    send: (id, key = 'one') =>
      fetch(`${base}/events`, {
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          'ce-specversion': '1.0',
          'ce-id': id,
          'ce-source': '/people',
          'ce-type': 'io.example.pushed',
          ...(key && { 'ce-partitionkey': key }),
        },
        body: JSON.stringify({ id }),
      }),
    async logged() {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await get(
          `events?limit=200${cursor ? `&cursor=${cursor}` : ''}`,
        );
        ids.push(...page.items.map(({ id }: { id: string }) => id));
        cursor = page.nextCursor;
      } while (cursor);
      return ids.reverse();
    },
  };
}

/** @public */
export interface PortalEvents {
  /** The body of an answer. */
  get(url: string): Promise<any>;
  /** @param key - of the partition; `one` by itself, `''` for none */
  send(id: string, key?: string): Promise<Response>;
  /** Ids in the log, oldest first. */
  logged(): Promise<string[]>;
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
