import {
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import {
  connect,
  credsAuthenticator,
  nkeyAuthenticator,
  type ConnectionOptions,
  type NatsConnection,
} from '@nats-io/transport-node';
import type { AuthConfig, ConnectionConfig } from './config';

const CONNECT_MS = 3_000;
const ANSWER_MS = 3_000;
/** Shorter than a page waits, so that one stream does not hide the others from it. */
const QUICK_ANSWER_MS = 1_500;
/** Two pings without an answer, and the connection is lost. */
const PING_MS = 3_000;
/** So long nothing behind a connection is of use, and another server is asked. */
const LEFT_AFTER_MS = 10_000;

/** A connection, and what is asked through it. */
export interface Link {
  connection: NatsConnection;
  client: JetStreamClient;
  manager: JetStreamManager;
  /** The same for a page: it is soon told that nobody answers. */
  quick: JetStreamManager;
  /** Aborted once the connection is lost. */
  lost: AbortSignal;
}

/**
 * One connection for all. The client's own reconnecting is off: it keeps what it
 * could not send and sends it later, when whoever asked has long been told no.
 * Here a connection that is lost fails all that waits on it at once, and the
 * next who needs one opens another.
 */
export class LinkKeeper {
  private opened: Promise<Link> | undefined;
  private stopped = false;
  /** By the monotonic clock. */
  private uselessSince: number | undefined;
  /** The server that the next connection is not to. */
  private left: string | undefined;

  constructor(private readonly config: ConnectionConfig) {}

  /** @throws what the client does where no server lets us in */
  get(): Promise<Link> {
    if (this.stopped) return Promise.reject(new Error('It was stopped.'));
    if (this.opened) return this.opened;
    this.uselessSince = undefined;
    const opening = openLink(this.configNow(), () => {
      if (this.opened === opening) this.opened = undefined;
    });
    this.opened = opening;
    return opening;
  }

  /**
   * Told again and again whether what is behind the connection is of use. A
   * server that is cut off from its cluster answers pings and no more than
   * that: it is left for another one of the list.
   */
  judge(isOfUse: boolean): void {
    if (isOfUse) {
      this.uselessSince = undefined;
      return;
    }
    const now = performance.now();
    this.uselessSince ??= now;
    if (now - this.uselessSince < LEFT_AFTER_MS) return;
    this.uselessSince = undefined;
    this.leave().catch(() => {});
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const link = await this.opened?.catch(() => undefined);
    await link?.connection.close();
  }

  private async leave(): Promise<void> {
    const link = await this.opened;
    this.left = link?.connection.getServer();
    await link?.connection.close();
  }

  /** Without the server that was left, once: where no other lets us in, it is as good as any. */
  private configNow(): ConnectionConfig {
    const { servers } = this.config;
    const others = servers.filter(one => one !== this.left);
    this.left = undefined;
    return { ...this.config, servers: others.length > 0 ? others : servers };
  }
}

async function openLink(
  config: ConnectionConfig,
  gone: () => void,
): Promise<Link> {
  const lost = new AbortController();
  try {
    const connection = await connect(optionsOf(config));
    connection.closed().then(() => {
      lost.abort();
      gone();
    });
    const managerWithin = (timeout: number) =>
      jetstreamManager(connection, { timeout, checkAPI: false });
    return {
      connection,
      client: jetstream(connection),
      manager: await managerWithin(ANSWER_MS),
      quick: await managerWithin(QUICK_ANSWER_MS),
      lost: lost.signal,
    };
  } catch (error) {
    gone();
    throw error;
  }
}

function optionsOf({
  servers,
  name,
  tls,
  auth,
}: ConnectionConfig): ConnectionOptions {
  return {
    ...{ servers, name, tls, ...(auth && authOptions(auth)) },
    ...{ reconnect: false, timeout: CONNECT_MS },
    ...{ pingInterval: PING_MS, maxPingOut: 2 },
    // Else a stack is kept for each request.
    noAsyncTraces: true,
  };
}

function authOptions(auth: AuthConfig): ConnectionOptions {
  if ('user' in auth) return { user: auth.user, pass: auth.password };
  if ('token' in auth) return { token: auth.token };
  const bytes = (text: string) => new TextEncoder().encode(text);
  return {
    authenticator:
      'nkeySeed' in auth
        ? nkeyAuthenticator(bytes(auth.nkeySeed.trim()))
        : credsAuthenticator(bytes(auth.credentials)),
  };
}
