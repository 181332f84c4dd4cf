import type { SaslConfig } from './config';

type OAuth = Extract<SaslConfig, { mechanism: 'oauthbearer' }>;

/** A token is asked for again when less than this is left of it. */
const spareMs = 60_000;

/** Asks for tokens with the client credentials grant (RFC 6749, 4.4), and keeps one while it is good. */
export function tokenProvider(config: OAuth): () => Promise<{ value: string }> {
  let known: { value: string; until: number } | undefined;
  return async () => {
    if (known && known.until - spareMs > Date.now()) return known;
    known = await askToken(config);
    return known;
  };
}

async function askToken({ tokenUrl, clientId, clientSecret, scope }: OAuth) {
  const credentials = Buffer.from(
    `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`,
  ).toString('base64');
  const response = await fetch(tokenUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope && { scope }),
    }),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = response.ok ? await response.json() : undefined;
  if (typeof answer?.access_token !== 'string') {
    throw new Error(
      `No token for Kafka: ${tokenUrl} answered ${response.status}. See gitopsEvents.kafka.sasl.`,
    );
  }
  const seconds = Number(answer.expires_in ?? 300);
  return {
    value: answer.access_token as string,
    until: Date.now() + seconds * 1_000,
  };
}
