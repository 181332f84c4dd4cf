import { startActions } from './__testUtils__/startActions';

const input = {
  type: 'dev.gitops-events.environment.requested',
  entityRef: 'shop-api',
  data: { name: 'shop-api-staging', cpu: 2 },
};

describe('gitops-events:publish', () => {
  let actions: Awaited<ReturnType<typeof startActions>>;
  beforeEach(async () => {
    actions = await startActions();
  });
  afterEach(() => actions.stop());

  it('sends a CloudEvent for the person who started the task', async () => {
    const { output, lines } = await actions.run('gitops-events:publish', input);

    expect(actions.api.sent).toEqual([
      {
        contentType: 'application/cloudevents+json',
        user: 'user:default/mock',
        event: {
          specversion: '1.0',
          id: output.eventId,
          source: '/portal/application-environment',
          type: 'dev.gitops-events.environment.requested',
          entityref: 'component:default/shop-api',
          datacontenttype: 'application/json',
          data: { name: 'shop-api-staging', cpu: 2 },
        },
      },
    ]);
    expect(output.link).toBe(`/gitops-events/events/${output.eventUid}`);
    expect(lines).toEqual([`The event is stored. Follow it at ${output.link}`]);
  });

  it('sends the same event again after a recovery, and says so', async () => {
    const first = await actions.run('gitops-events:publish', input);
    const second = await actions.run('gitops-events:publish', input);

    expect(second.output).toEqual(first.output);
    expect(second.lines[0]).toMatch(/nothing was sent twice/);
  });

  it('sends another event in another task, step or iteration', async () => {
    const runs = [
      await actions.run('gitops-events:publish', input),
      await actions.run('gitops-events:publish', input, { taskId: 'task-2' }),
      await actions.run('gitops-events:publish', input, { stepId: 'again' }),
      await actions.run('gitops-events:publish', { ...input, data: {} }),
      await actions.run('gitops-events:publish', { ...input, key: '1' }),
    ];

    const ids = runs.map(({ output }) => output.eventId);
    expect(new Set(ids).size).toBe(runs.length);
  });

  it('fails with the sentence of the portal', async () => {
    actions.api.refusal = {
      type: 'about:blank',
      title: 'Not allowed',
      status: 403,
      detail: 'The ingress portal may not bring the type "other".',
    };

    await expect(
      actions.run('gitops-events:publish', { ...input, type: 'other' }),
    ).rejects.toThrow('The ingress portal may not bring the type "other".');
  });
});
