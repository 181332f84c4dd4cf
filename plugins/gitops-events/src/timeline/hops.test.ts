import type {
  TimelineEntry,
  TimelineKind,
} from '@gitops-events/plugin-gitops-events-common';
import { hopsOf } from './hops';

const start = Date.parse('2026-01-05T10:00:00.000Z');
const entries = (...lines: [atMs: number, kind: TimelineKind][]) =>
  lines.map(([atMs, kind], index): TimelineEntry => ({
    id: String(index),
    at: new Date(start + atMs).toISOString(),
    kind,
    tone: 'info',
    title: kind,
  }));
const spent = (...lines: [number, TimelineKind][]) =>
  Object.fromEntries(
    hopsOf(entries(...lines)).map(({ name, ms }) => [name, ms]),
  );

describe('hopsOf', () => {
  it('gives the time up to a line to its hop', () => {
    expect(
      spent(
        [0, 'eventReceived'],
        [12, 'sensorFired'],
        [52, 'changeRendered'],
        [60, 'policyJudged'],
        [70, 'changeCommitted'],
        [370, 'pullRequestOpened'],
        [400, 'merged'],
        [500, 'syncStarted'],
        [1900, 'syncHealthy'],
      ),
    ).toEqual({
      Decide: 12,
      Render: 40,
      Policy: 8,
      Commit: 10,
      'Pull request': 300,
      Merge: 30,
      Sync: 1500,
    });
  });

  it('gives what people took to nobody else', () => {
    expect(
      spent(
        [0, 'waitingForApproval'],
        [90_000, 'approved'],
        [90_020, 'merged'],
      ),
    ).toEqual({ Waiting: 90_000, Merge: 20 });
    expect(spent([0, 'held'], [5_000, 'released'])).toEqual({ Waiting: 5_000 });
  });

  it('lets a comment take no time', () => {
    expect(spent([0, 'held'], [1_000, 'comment'], [5_000, 'released'])).toEqual(
      { Waiting: 5_000 },
    );
  });

  it('never counts below zero where clocks disagree', () => {
    expect(spent([10, 'eventReceived'], [4, 'sensorFired'])).toEqual({});
  });
});
