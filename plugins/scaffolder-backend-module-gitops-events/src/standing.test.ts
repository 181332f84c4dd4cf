import { standingOf } from './standing';
import { groupOf } from './__testUtils__/groupOf';

const again = { next: 'look again' };

describe('standingOf', () => {
  it('looks again while the event is not read or its runs go on', () => {
    expect(standingOf(undefined)).toEqual(again);
    expect(standingOf(groupOf({}))).toEqual(again);
    expect(standingOf(groupOf({ runs: [{ state: 'running' }] }))).toEqual(
      again,
    );
  });

  it('ends as the run ended', () => {
    expect(
      standingOf(groupOf({ settled: true, runs: [{ end: 'applied' }] })),
    ).toEqual({ next: 'end', status: 'applied', sentence: 'Run 0' });
  });

  it('ends where no sensor wanted the event', () => {
    expect(standingOf(groupOf({ settled: true }))).toEqual({
      next: 'end',
      status: 'notMatched',
      sentence: 'What the group says',
    });
  });

  it('fails with the sentence of the run that failed, whatever the others do', () => {
    expect(
      standingOf(groupOf({ runs: [{ state: 'running' }, { end: 'failed' }] })),
    ).toEqual({ next: 'fail', sentence: 'Run 1' });
  });

  it('ends when a run is held for a person', () => {
    expect(standingOf(groupOf({ runs: [{ state: 'held' }] }))).toEqual({
      next: 'end',
      status: 'held',
      sentence: 'Run 0',
    });
  });

  it('ends when an approval is asked for', () => {
    expect(
      standingOf(
        groupOf({
          runs: [{ state: 'waiting' }],
          kinds: ['pullRequestOpened', 'waitingForApproval'],
        }),
      ),
    ).toEqual({
      next: 'end',
      status: 'waiting',
      sentence: 'What the group says',
    });
  });

  it.each(['approved', 'conflict', 'merged', 'changeEnded'] as const)(
    'looks again once the question is overtaken: %s',
    kind => {
      const group = groupOf({
        runs: [{ state: 'waiting' }],
        kinds: ['waitingForApproval', kind],
      });
      expect(standingOf(group)).toEqual(again);
    },
  );
});
