import { startActions } from './__testUtils__/startActions';
import { eventUid, groupOf } from './__testUtils__/groupOf';

describe('gitops-events:wait', () => {
  let actions: Awaited<ReturnType<typeof startActions>>;
  beforeEach(async () => {
    actions = await startActions();
  });
  afterEach(() => actions.stop());

  const wait = (timeout = 60) =>
    actions.run('gitops-events:wait', { eventUid, timeout });

  it('tells each line once and ends with the run', async () => {
    actions.api.looks = [
      undefined,
      groupOf({ kinds: ['eventReceived'], runs: [{ state: 'running' }] }),
      groupOf({
        kinds: ['eventReceived', 'sensorFired'],
        runs: [{ end: 'applied' }],
        settled: true,
      }),
    ];

    const { output, lines } = await wait();

    const link = `/gitops-events/events/${eventUid}`;
    expect(output).toEqual({ status: 'applied', sentence: 'Run 0', link });
    expect(lines).toEqual([
      'Line 0',
      'Line 1',
      'Run 0',
      `Follow it at ${link}`,
    ]);
  });

  it('does not wait for a person', async () => {
    actions.api.looks = [
      groupOf({ kinds: ['waitingForApproval'], runs: [{ state: 'waiting' }] }),
    ];

    expect((await wait()).output.status).toBe('waiting');
  });

  it('fails with the sentence of the run', async () => {
    actions.api.looks = [groupOf({ runs: [{ end: 'failed' }] })];

    await expect(wait()).rejects.toThrow('Run 0');
  });

  it('ends well with a link when the time is up', async () => {
    actions.api.looks = [groupOf({ runs: [{ state: 'running' }] })];

    const { output } = await wait(1);

    expect(output.status).toBe('pending');
    expect(output.link).toBe(`/gitops-events/events/${eventUid}`);
  });

  it('looks again while the portal is not there', async () => {
    actions.api.looks = [
      problem(503, 'The database is not there.'),
      groupOf({ settled: true, runs: [{ end: 'done' }] }),
    ];

    expect((await wait()).output.status).toBe('done');
  });

  it('gives up at once where it may not look', async () => {
    actions.api.looks = [problem(403, 'This event is not yours.')];

    await expect(wait()).rejects.toThrow('This event is not yours.');
  });
});

function problem(status: number, detail: string) {
  return { type: 'about:blank', title: 'Problem', status, detail };
}
