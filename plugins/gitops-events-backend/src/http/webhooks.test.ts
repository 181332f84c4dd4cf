import {
  AuthenticationError,
  InputError,
  NotAllowedError,
} from '@backstage/errors';
import type { Webhook } from '@gitops-events/plugin-gitops-events-node';
import express from 'express';
import type { Knex } from 'knex';
import request from 'supertest';
import { Nudges } from '../nudges';
import type { Change } from '../store/changeRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { seedChange } from '../timeline/__testUtils__/seedChange';
import { problemHandler } from './problem';
import { webhooksRouter } from './webhooks';
import { silentLogger } from '../__testUtils__/testLogger';

const repository = 'https://github.com/acme/deployments';
const later = 4_000_000_000_000;
const databases = testDatabases();

/** Believes who knows the word; the body says the news. */
const forge: Webhook = {
  name: 'forge',
  receive({ headers, body }) {
    if (headers.word !== 'sesame')
      throw new AuthenticationError('Say the word.');
    return { pushed: [], changes: [], ...read(body) };
  },
};

function read(body: Uint8Array) {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new InputError('The body is no JSON.');
  }
}

/** Its secret was forgotten. */
const unconfigured: Webhook = {
  name: 'unconfigured',
  receive() {
    throw new NotAllowedError('No secret is configured.');
  },
};

describe.each(databaseKinds)('webhooks, on %s', kind => {
  let knex: Knex;
  let app: express.Express;
  let nudged: string[];

  beforeEach(async () => {
    knex = (await databases.open(kind)).knex;
    const nudges = new Nudges();
    nudged = [];
    nudges.on('changes', () => nudged.push('changes'));
    nudges.on('locations', () => nudged.push('locations'));
    app = express().use(
      webhooksRouter({
        ...{ knex, nudges, webhooks: [forge, unconfigured], maxBytes: 1000 },
        locations: [{ url: `${repository}/tree/main/sensors` }],
        logger: silentLogger(),
      }),
      problemHandler(silentLogger()),
    );
    const put = async (name: string, over: Partial<Change>) => {
      const about = { repository, branch: name, state: 'waiting' } as const;
      await seedChange(knex, { name, ...about, dueAt: later, ...over });
    };
    await put('ours', {});
    await put('beside', {});
    await put('elsewhere', {
      branch: 'ours',
      repository: 'https://x.example/a/b',
    });
    await put('worked on', { branch: 'ours', claimedBy: 'a replica' });
    await put('ended', { branch: 'ours', state: 'ended' });
    await put('asked to wait', { branch: 'ours', attempt: 2 });
  });

  const say = (news: object, word = 'sesame') =>
    request(app).post('/v1/webhooks/forge').set('word', word).send(news);
  const due = async () =>
    knex('changes').where('due_at', '<', later).orderBy('seq').pluck('title');

  it('makes due what it is about, and nothing else', async () => {
    const changes = [{ repository: repository.toUpperCase(), branch: 'ours' }];
    await say({ delivery: '1', changes }).expect(202, { result: 'heard' });
    expect(await due()).toEqual(['ours']);
    expect(nudged).toEqual(['changes']);
  });

  it('may be about all of a repository', async () => {
    await say({ delivery: '1', changes: [{ repository }] }).expect(202);
    expect(await due()).toEqual(['ours', 'beside']);
  });

  it('hears a message once, also when it comes twice at a time', async () => {
    const news = { delivery: '1', changes: [{ repository }] };
    const answers = await Promise.all([say(news), say(news), say(news)]);
    expect(answers.map(({ body }) => body.result).sort()).toEqual([
      ...['heard', 'heardBefore', 'heardBefore'],
    ]);
    await knex('changes').update({ due_at: later });
    await say(news).expect(202, { result: 'heardBefore' });
    expect(await due()).toEqual([]);
  });

  it('has sensors read again where they are kept', async () => {
    await say({ delivery: '1', pushed: ['https://github.com/acme/deploy'] });
    expect(nudged).toEqual([]);
    await say({
      delivery: '2',
      pushed: ['https://github.com/Acme/Deployments'],
    });
    expect(nudged).toEqual(['locations']);
  });

  it('refuses what is too large, packed or by strangers, and writes nothing down', async () => {
    const changes = [{ repository }];
    await say({ delivery: '1', changes }, 'open').expect(401);
    await say({ delivery: '1', changes, text: 'x'.repeat(2000) }).expect(413);
    await say({ delivery: '1' }).set('content-encoding', 'gzip').expect(415);
    expect(await due()).toEqual([]);
    expect(await knex('webhook_deliveries')).toEqual([]);
  });

  it('tells a stranger the same whatever is wrong, so that nothing is learnt of what is here', async () => {
    const to = (name: string, body = '{}') =>
      request(app).post(`/v1/webhooks/${name}`).send(body);
    const [wrongWord, noSecret, unknown, garbage] = await Promise.all([
      to('forge'),
      to('unconfigured'),
      to('other'),
      to('forge', '{"no json'),
    ]);
    const { instance, ...said } = wrongWord.body;
    expect(said).toMatchObject({ status: 401 });
    for (const answer of [noSecret, unknown, garbage]) {
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({
        ...said,
        instance: expect.stringContaining('/v1/webhooks/'),
      });
      expect(Object.keys(answer.headers).sort()).toEqual(
        Object.keys(wrongWord.headers).sort(),
      );
    }
  });

  it('says what is wrong with a message once it is known whose it is', async () => {
    const answer = await request(app)
      .post('/v1/webhooks/forge')
      .set('word', 'sesame')
      .send('no news')
      .expect(400);
    expect(answer.body.detail).toBe('The body is no JSON.');
  });

  it('forgets messages that are not sent again any more', async () => {
    const at = Date.now() - 8 * 24 * 60 * 60_000;
    const old = { webhook: 'forge', delivery: 'old', at };
    await knex('webhook_deliveries').insert(old);
    await say({ delivery: '1' }).expect(202);
    expect(await knex('webhook_deliveries').pluck('delivery')).toEqual(['1']);
  });
});
