import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import * as nkeys from '@nats-io/nkeys';
import waitForExpect from 'wait-for-expect';
import { makeCertificates } from './__testUtils__/certificates';
import { operatorAndUser } from './__testUtils__/credentials';
import {
  describeWithNats,
  startRealNats,
  type RealNats,
} from './__testUtils__/realNats';
import { readNatsConfig } from './config';
import { NatsBus } from './natsBus';

jest.setTimeout(60_000);
waitForExpect.defaults.timeout = 30_000;

const unknown = 'It does not know us. See gitopsEvents.nats.auth.';
const notAllowed =
  'We may not do what we need: grant us our subjects (see docs/nats.md).';
const accepted = [{ result: 'accepted' }];
const unheard = 'It does not answer. It is tried on.';

describeWithNats('a NATS server that asks who we are', () => {
  let server: RealNats;
  const start = async (config: string) => {
    server = await startRealNats(config);
  };
  afterEach(() => server?.remove());

  const busOf = (more: object) => {
    const logger = mockServices.logger.mock();
    const nats = {
      ...{ servers: [server.address], partitions: 1, maxBytes: 10_000_000 },
      ...{ defaultStream: `test-${randomUUID()}`, ...more },
    };
    const config = mockServices.rootConfig({
      data: { gitopsEvents: { nats } },
    });
    return { bus: new NatsBus(readNatsConfig(config)!, logger), logger };
  };
  const answerTo = async (more: object) => {
    const { bus } = busOf(more);
    await bus.start();
    const answer = await bus.publish([incomingEvent()]);
    await bus.stop();
    return answer;
  };
  /** What the log says, once the overview says this. */
  const logAfter = async (more: object, message: string) => {
    const { bus, logger } = busOf(more);
    const starting = bus.start();
    await waitForExpect(() =>
      expect(bus.health()).toMatchObject({ state: 'down', message }),
    );
    await expect(bus.publish([incomingEvent()])).rejects.toThrow(message);
    await bus.stop();
    await starting;
    const { warn, info } = logger;
    return JSON.stringify([warn.mock.calls, info.mock.calls]);
  };

  it('lets in who has the password, or signs with the key', async () => {
    const key = nkeys.createUser();
    await start(
      `authorization { users: [ { user: portal, password: "of-the-portal" }, { nkey: ${key.getPublicKey()} } ] }`,
    );
    const auth = { user: 'portal', password: 'of-the-portal' };
    expect(await answerTo({ auth })).toEqual(accepted);
    const wrong = { ...auth, password: 'of-another' };
    expect(await logAfter({ auth: wrong }, unknown)).not.toContain(
      'of-another',
    );
    const seedOf = (one: typeof key) => new TextDecoder().decode(one.getSeed());
    expect(await answerTo({ auth: { nkeySeed: seedOf(key) } })).toEqual(
      accepted,
    );
    const nkeySeed = seedOf(nkeys.createUser());
    expect(await logAfter({ auth: { nkeySeed } }, unknown)).not.toContain(
      nkeySeed,
    );
    expect(await logAfter({}, unknown)).toContain(unknown);
  });

  it('lets in who has the token', async () => {
    await start('authorization { token: "of-the-portal" }');
    const auth = { token: 'of-the-portal' };
    expect(await answerTo({ auth })).toEqual(accepted);
    const wrong = { token: 'of-another' };
    expect(await logAfter({ auth: wrong }, unknown)).not.toContain(
      'of-another',
    );
  });

  it('lets in who has credentials of an operator that it trusts', async () => {
    const { config, credentials } = operatorAndUser();
    await start(config);
    expect(await answerTo({ auth: { credentials } })).toEqual(accepted);
    const other = { credentials: operatorAndUser().credentials };
    expect(await logAfter({ auth: other }, unknown)).toContain(unknown);
  });

  it('says that it may not do what it needs', async () => {
    await start(
      `authorization { users: [ { user: portal, password: p, permissions: { publish: "test.>" } } ] }`,
    );
    const auth = { user: 'portal', password: 'p' };
    expect(await logAfter({ auth }, notAllowed)).toContain(notAllowed);
  });

  it('talks through TLS to whom its authority signed, and through nothing else', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'gitops-events-tls-'));
    const { config, ca, cert, key } = await makeCertificates(folder);
    const servername = 'nats.example';
    await start(`tls { ${config} }`);
    const tls = { ca, cert, key, servername };
    expect(await answerTo({ tls })).toEqual(accepted);
    for (const less of [
      // Of another authority than the machine knows; of another name; a client without a certificate.
      { cert, key, servername },
      { ca, cert, key },
      { ca, servername },
    ]) {
      expect(await logAfter({ tls: less }, unheard)).not.toContain(key);
    }
    await server.remove();
    await start(`tls { ${config}, handshake_first: true }`);
    const first = { ...tls, handshakeFirst: true };
    expect(await answerTo({ tls: first })).toEqual(accepted);
    expect(await logAfter({ tls }, unheard)).not.toContain(key);
    await server.remove();
    await start('');
    expect(await logAfter({ tls: { ca } }, unheard)).toContain(unheard);
    await rm(folder, { recursive: true });
  });
});
