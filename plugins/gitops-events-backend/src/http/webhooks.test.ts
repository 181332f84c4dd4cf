import { AuthenticationError } from '@backstage/errors';
import { mockServices } from '@backstage/backend-test-utils';
import type { Webhook } from '@gitops-events/plugin-gitops-events-node';
import express from 'express';
import type { Knex } from 'knex';
import request from 'supertest';
import { Nudges } from '../nudges';
import type { Change } from '../store/changeRow';
import { databaseKinds, testDatabases } from '../store/testDatabases';
import { seedChange } from '../timeline/__testUtils__/seed';
import { webhooksRouter } from './webhooks';

const repository = 'https://github.com/acme/deployments';
const later = 4_000_000_000_000;
const databases = testDatabases();

/** Believes who knows the word; the body says the news. */
const forge: Webhook = {
  name: 'forge',
  receive({ headers, body }) {
    if (headers.word !== 'sesame')
      throw new AuthenticationError('Say the word.');
    return { pushed: [], changes: [], ...JSON.parse(body.toString()) };
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
        ...{ knex, nudges, webhooks: [forge], maxBytes: 1000 },
        locations: [{ url: `${repository}/tree/main/sensors` }],
        logger: mockServices.logger.mock(),
      }),
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

  it('refuses strangers, what is too large and what nobody brings', async () => {
    const changes = [{ repository }];
    const refused = await say({ delivery: '1', changes }, 'open').expect(401);
    expect(refused.body.detail).toBe('Say the word.');
    await say({ delivery: '1', changes, text: 'x'.repeat(2000) }).expect(413);
    await request(app).post('/v1/webhooks/other').expect(404);
    expect(await due()).toEqual([]);
    expect(await knex('webhook_deliveries')).toEqual([]);
  });

  it('forgets messages that are not sent again any more', async () => {
    const at = Date.now() - 8 * 24 * 60 * 60_000;
    const old = { webhook: 'forge', delivery: 'old', at };
    await knex('webhook_deliveries').insert(old);
    await say({ delivery: '1' }).expect(202);
    expect(await knex('webhook_deliveries').pluck('delivery')).toEqual(['1']);
  });
});
