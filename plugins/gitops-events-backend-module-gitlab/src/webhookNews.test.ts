import { gitlabWebhook } from './gitlabWebhook';
import { newsOf } from './webhookNews';

// As in the examples of GitLab's page on webhook events, as far as they matter.
const repository = 'https://gitlab.example.com/acme/platform/deployments';
const project = { id: 1, web_url: repository };
const push = { object_kind: 'push', ref: 'refs/heads/main', project };
const ends = {
  source_branch: 'gitops-events/one',
  ...{ source_project_id: 1, target_project_id: 1 },
};
const pipeline = (status: string, more: object = {}) => ({
  ...{ object_kind: 'pipeline', project },
  object_attributes: { ref: 'gitops-events/one', status },
  ...more,
});
const there = [{ repository, branch: 'gitops-events/one' }];

describe('where to look after', () => {
  it.each<[string, object, object]>([
    [
      ...(['a push', push] as const),
      { changes: [{ repository, branch: 'main' }], pushed: [repository] },
    ],
    [
      'a tag',
      { ...push, object_kind: 'tag_push', ref: 'refs/tags/v1' },
      { changes: [], pushed: [] },
    ],
    [
      'a merge request',
      { object_kind: 'merge_request', project, object_attributes: ends },
      { changes: there },
    ],
    [
      'a merge request of a fork',
      {
        ...{ object_kind: 'merge_request', project },
        object_attributes: { ...ends, source_project_id: 2 },
      },
      { changes: [] },
    ],
    ['a pipeline that ended', pipeline('failed'), { changes: there }],
    ['a pipeline that runs', pipeline('running'), { changes: [] }],
    [
      'a pipeline of a merge request, whose ref is none of ours',
      {
        ...pipeline('success', { merge_request: ends }),
        object_attributes: {
          ref: 'refs/merge-requests/1/head',
          status: 'success',
        },
      },
      { changes: there },
    ],
    ['a note', { object_kind: 'note', project }, { changes: [], pushed: [] }],
  ])('%s', (_, payload, news) => {
    expect(newsOf(payload)).toMatchObject(news);
  });

  it('what is strange, without a failure', () => {
    const strange = [undefined, null, 0, 'text', [], [null], {}, { ref: 1 }];
    for (const kind of ['push', 'merge_request', 'pipeline', 'toString']) {
      for (const one of strange) {
        for (const other of strange) {
          const payload = {
            ...{ object_kind: kind, ref: other, object_attributes: other },
            ...{ merge_request: one, project },
          };
          for (const { branch } of newsOf(payload).changes) {
            expect(typeof branch).toBe('string');
          }
          expect(newsOf({ ...payload, project: one })).toEqual({
            ...{ changes: [], pushed: [] },
          });
        }
        expect(newsOf(one)).toEqual({ changes: [], pushed: [] });
      }
    }
  });
});

describe('the secret token', () => {
  const receive = (headers: Record<string, string>, body: unknown = push) =>
    gitlabWebhook('secret of the webhook').receive({
      headers,
      body: Buffer.from(JSON.stringify(body)),
    });
  const token = { 'x-gitlab-token': 'secret of the webhook' };

  it('lets a message pass, which is the same one when GitLab sends it again', () => {
    const first = receive({ ...token, 'idempotency-key': 'one' });
    expect(first).toMatchObject({ delivery: 'one', pushed: [repository] });
    const [a, b] = [receive(token), receive(token)];
    expect(b.delivery).toBe(a.delivery);
    expect(receive(token, pipeline('failed')).delivery).not.toBe(a.delivery);
  });

  it.each([
    ['none', {}],
    ['another', { 'x-gitlab-token': 'secret of the webhool' }],
    ['cut', { 'x-gitlab-token': 'secret of the webhoo' }],
    ['empty', { 'x-gitlab-token': '' }],
  ])('refuses a message with %s', (_, headers) => {
    expect(() => receive(headers as Record<string, string>)).toThrow(
      expect.objectContaining({ name: 'AuthenticationError' }),
    );
  });

  it('is one that is configured, not none', () => {
    for (const secret of [undefined, '']) {
      expect(() =>
        gitlabWebhook(secret).receive({
          headers: { 'x-gitlab-token': '' },
          body: Buffer.from('{}'),
        }),
      ).toThrow(expect.objectContaining({ name: 'NotAllowedError' }));
    }
  });

  it('does not make sense of what is none', () => {
    expect(() =>
      gitlabWebhook('x').receive({
        headers: { 'x-gitlab-token': 'x' },
        body: Buffer.from('{'),
      }),
    ).toThrow(expect.objectContaining({ name: 'InputError' }));
  });
});
