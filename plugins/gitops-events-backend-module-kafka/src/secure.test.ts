import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import waitForExpect from 'wait-for-expect';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
// The same for each broker; for tests alone and never published.
// eslint-disable-next-line @backstage/no-relative-monorepo-imports
import { makeCertificates } from '../../gitops-events-backend-module-nats/src/__testUtils__/certificates';
import { freePort } from './__testUtils__/kafkaProcess';
import {
  describeWithKafka,
  startRealKafka,
  type RealKafka,
} from './__testUtils__/realKafka';
import { readKafkaConfig } from './config';
import { KafkaBus } from './kafkaBus';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const security = 'org.apache.kafka.common.security';
const servername = 'kafka.example';
const unknown = 'It does not know us. See gitopsEvents.kafka.sasl.';
const untrusted =
  'No secure connection with it: a certificate is not good, or it speaks no TLS. See gitopsEvents.kafka.tls.';

describeWithKafka('a Kafka that asks who we are', () => {
  let folder: string;
  let server: RealKafka;
  let ports: { passwords: number; certificates: number };
  let made: Awaited<ReturnType<typeof makeCertificates>>;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gitops-events-kafka-secure-'));
    made = await makeCertificates(folder, servername);
    const file = (name: string) => path.join(folder, name);
    await writeFile(
      file('both.pem'),
      (await readFile(file('server.key'), 'utf8')) +
        (await readFile(file('server.pem'), 'utf8')),
    );
    ports = { passwords: await freePort(), certificates: await freePort() };
    const listeners = [
      'PLAINTEXT://127.0.0.1:{port}',
      `SASL_SSL://127.0.0.1:${ports.passwords}`,
      `SSL://127.0.0.1:${ports.certificates}`,
    ].join();
    const passwords = 'listener.name.sasl_ssl';
    const scram = `${security}.scram.ScramLoginModule required;`;
    server = await startRealKafka(
      {
        listeners: `${listeners},CONTROLLER://127.0.0.1:{controller}`,
        'advertised.listeners': listeners,
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': file('both.pem'),
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': file('ca.pem'),
        'listener.name.ssl.ssl.client.auth': 'required',
        'sasl.enabled.mechanisms':
          'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
        [`${passwords}.plain.sasl.jaas.config`]: `${security}.plain.PlainLoginModule required user_portal="of-the-portal";`,
        [`${passwords}.scram-sha-256.sasl.jaas.config`]: scram,
        [`${passwords}.scram-sha-512.sasl.jaas.config`]: scram,
        // It believes any token that is not signed.
        [`${passwords}.oauthbearer.sasl.jaas.config`]: `${security}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
      },
      ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map(
        mechanism => `${mechanism}=[name=portal,password=of-the-portal]`,
      ),
    );
  });
  afterAll(async () => {
    await server?.remove();
    await rm(folder, { recursive: true });
  });

  const busOf = (port: number, more: object) => {
    const kafka = {
      ...{ brokers: [`127.0.0.1:${port}`], replicas: 1, partitions: 1 },
      tls: { ca: made.ca, servername },
      ...{ defaultTopic: `test-${randomUUID()}`, ...more },
    };
    const data = { gitopsEvents: { kafka } };
    const config = readKafkaConfig(mockServices.rootConfig({ data }))!;
    return new KafkaBus(config, mockServices.logger.mock());
  };
  const answerTo = async (port: number, more: object) => {
    const bus = busOf(port, more);
    await bus.start();
    const answer = await bus.publish([incomingEvent()]);
    await bus.stop();
    return answer;
  };
  const isRefused = async (port: number, more: object, message: string) => {
    const bus = busOf(port, more);
    const starting = bus.start();
    await waitForExpect(() =>
      expect(bus.health()).toMatchObject({ state: 'down', message }),
    );
    await expect(bus.publish([incomingEvent()])).rejects.toThrow(message);
    await bus.stop();
    await starting;
  };
  const portal = { username: 'portal', password: 'of-the-portal' };
  const accepted = [{ result: 'accepted' }];

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])(
    'lets in who has the password, by %s',
    async mechanism => {
      const sasl = { mechanism, ...portal };
      expect(await answerTo(ports.passwords, { sasl })).toEqual(accepted);
    },
  );

  it.each(['PLAIN', 'SCRAM-SHA-512'])(
    'says where the mistake is when it is the wrong one, and tries on, by %s',
    async mechanism => {
      const sasl = { mechanism, ...portal, password: 'of-somebody-else' };
      await isRefused(ports.passwords, { sasl }, unknown);
    },
  );

  it('lets in who has a certificate', async () => {
    const { ca, cert, key } = made;
    const tls = { ca, servername, cert, key };
    expect(await answerTo(ports.certificates, { tls })).toEqual(accepted);
  });

  it.each([
    ['nobody vouches for its certificate', () => ({ servername })],
    [
      'its certificate is for another',
      () => ({ ca: made.ca, servername: 'other.example' }),
    ],
    ['we show none', () => ({ ca: made.ca, servername })],
  ])('says that it is a matter of certificates where %s', async (_, tls) => {
    await isRefused(ports.certificates, { tls: tls() }, untrusted);
  });

  describe('and believes in tokens', () => {
    let tokens: Server;
    let lifeSeconds: number;
    beforeAll(async () => {
      const part = (content: object) =>
        Buffer.from(JSON.stringify(content)).toString('base64url');
      tokens = createServer((_, response) => {
        const iat = Math.floor(Date.now() / 1_000) - 600;
        const claims = { sub: 'portal', iat, exp: iat + 600 + lifeSeconds };
        const token = `${part({ alg: 'none' })}.${part(claims)}.`;
        const body = { access_token: token, expires_in: lifeSeconds };
        response.end(JSON.stringify(body));
      }).listen(0, '127.0.0.1');
      await once(tokens, 'listening');
    });
    afterAll(() => {
      tokens.closeAllConnections();
      tokens.close();
    });
    const sasl = () => ({
      mechanism: 'OAUTHBEARER',
      tokenUrl: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/`,
      ...{ clientId: 'portal', clientSecret: 'secret' },
    });

    it('lets in who has one', async () => {
      lifeSeconds = 300;
      expect(await answerTo(ports.passwords, { sasl: sasl() })).toEqual(
        accepted,
      );
    });

    it('lets in nobody with one that is over', async () => {
      lifeSeconds = -300;
      await isRefused(ports.passwords, { sasl: sasl() }, unknown);
    });
  });
});
