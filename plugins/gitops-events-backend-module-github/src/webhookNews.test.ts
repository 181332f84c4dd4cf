import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { githubWebhook } from './githubWebhook';
import { newsOf } from './webhookNews';

const repository = 'https://github.com/Codertocat/Hello-World';

/** What GitHub really sent, as published by its own client library. */
const examples: Array<{ name: string; examples: any[] }> = JSON.parse(
  readFileSync(
    require.resolve
      .paths('@octokit/webhooks-examples')!
      .map(folder =>
        path.join(
          folder,
          '@octokit/webhooks-examples/api.github.com/index.json',
        ),
      )
      .find(existsSync)!,
    'utf8',
  ),
);
const sent = (event: string) =>
  examples.find(({ name }) => name === event)!.examples;

describe('what GitHub really sent', () => {
  it.each(['pull_request', 'pull_request_review'])('%s', event => {
    for (const payload of sent(event)) {
      const { head } = payload.pull_request;
      const { changes } = newsOf(event, payload);
      expect(changes).toEqual(
        head.repo.id === payload.repository.id
          ? [{ repository: payload.repository.html_url, branch: head.ref }]
          : [],
      );
    }
  });

  it('push, of branches and not of tags', () => {
    const news = sent('push').map(payload => [
      payload.ref,
      newsOf('push', payload),
    ]);
    expect(news).toContainEqual([
      'refs/heads/master',
      {
        changes: [expect.objectContaining({ branch: 'master' })],
        pushed: [expect.stringMatching(/^https:\/\//)],
      },
    ]);
    expect(news).toContainEqual([
      'refs/tags/simple-tag',
      { changes: [], pushed: [] },
    ]);
  });

  it('checks, once all have ended', () => {
    const suites = sent('check_suite').map(payload => [
      payload.action,
      newsOf('check_suite', payload).changes.length,
    ]);
    expect(suites).toContainEqual(['completed', 1]);
    expect(suites).not.toContainEqual(['requested', 1]);
    const [group] = sent('merge_group');
    expect(newsOf('merge_group', group).changes).toEqual([
      { repository: group.repository.html_url },
    ]);
  });

  it('whatever else, without a failure', () => {
    for (const { name, examples: payloads } of examples) {
      for (const payload of payloads) {
        const { changes, pushed } = newsOf(name, payload);
        expect([...changes, ...pushed].length).toBeLessThan(20);
      }
    }
  });
});

it('is never broken by what it is sent', () => {
  const strange = [
    ...[undefined, null, 0, 'text', [], [null], [[]], {}],
    ...[{ head: null }, { head: { ref: 1 } }, { html_url: 1 }],
    { html_url: repository },
  ];
  const events = [
    ...['push', 'status', 'pull_request', 'check_suite', 'merge_group'],
    'toString',
  ];
  for (const event of events) {
    for (const one of strange) {
      for (const other of strange) {
        const payload = {
          ...{ repository: one, pull_request: other, check_suite: other },
          ...{ branches: other, ref: other, action: 'completed' },
        };
        for (const { branch } of newsOf(event, payload).changes) {
          expect(typeof branch).toBe(
            event === 'merge_group' ? 'undefined' : 'string',
          );
        }
      }
      expect(newsOf(event, one)).toEqual({ changes: [], pushed: [] });
    }
  }
});

describe('the signature', () => {
  const secret = "It's a Secret to Everybody";
  const signed = (body: string, signature: string) =>
    githubWebhook(secret).receive({
      headers: {
        'x-hub-signature-256': signature,
        ...{ 'x-github-event': 'status', 'x-github-delivery': 'one' },
      },
      body: Buffer.from(body),
    });
  // From GitHub's page on validating webhook deliveries.
  const known =
    'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

  it('lets what GitHub signed pass, as far as it can be read', () => {
    expect(() => signed('Hello, World!', known)).toThrow(
      expect.objectContaining({ name: 'InputError' }),
    );
  });

  it.each([
    ['of another body', 'Hello, World?', known],
    ['cut', 'Hello, World!', known.slice(0, -1)],
    ['of another kind', 'Hello, World!', known.replace('sha256', 'sha1')],
    ['none', 'Hello, World!', ''],
  ])('refuses one that is %s', (_, body, signature) => {
    expect(() => signed(body, signature)).toThrow(
      expect.objectContaining({ name: 'AuthenticationError' }),
    );
  });

  it('is made with the configured secret, not with none', () => {
    expect(() =>
      githubWebhook('').receive({ headers: {}, body: Buffer.alloc(0) }),
    ).toThrow(expect.objectContaining({ name: 'NotAllowedError' }));
  });
});
