import {
  timelineKinds,
  timelineSentence,
  type TimelineData,
  type TimelineEntry,
  type TimelineKind,
} from '@gitops-events/plugin-gitops-events-common';
import type { Change } from '../store/changeRow';
import type { Story } from './readStories';
import { iso, type RunStory } from './runView';

/** A row of `timeline`, typed. */
export interface TimelineLine {
  seq: number;
  kind: TimelineKind;
  runId?: string;
  changeId?: string;
  data: Record<string, unknown>;
  /** Milliseconds since the epoch. */
  at: number;
}

/** An entry before it is put into words. */
interface Line extends Omit<TimelineLine, 'seq'> {
  /** Orders what happened in the same millisecond, after its kind. */
  seq: number;
}

const rank = new Map(timelineKinds.map((kind, index) => [kind, index]));

/**
 * The story of an event in order of time. What a row of its own tells (the
 * event, what sensors said, that a run began and ended) is taken from there,
 * the rest from the lines kept for its runs and their changes.
 */
export function composeEntries(
  story: Story,
  lines: TimelineLine[],
): TimelineEntry[] {
  const { event, runs } = story;
  const visibleRuns = new Set(runs.map(({ run }) => run.id));
  const kept = lines.filter(line =>
    line.changeId
      ? runs.some(run => concerns(line, run))
      : !line.runId || visibleRuns.has(line.runId),
  );
  const received: Line = {
    seq: 0,
    kind: 'eventReceived',
    data: { source: event.source, type: event.type, subject: event.subject },
    at: event.acceptedAt,
  };
  const changes = new Map(
    runs.flatMap(run => run.changes.map(change => [change.id, change])),
  );
  return [received, ...decisionLines(story), ...runs.flatMap(runLines), ...kept]
    .sort(inOrder)
    .map(line => entryOf(line, changes.get(line.changeId ?? '')));
}

/**
 * A change that several runs share tells each of them what happened while they
 * were part of it: not what came before, nor what comes after they left it.
 */
function concerns(line: TimelineLine, { run, changes }: RunStory): boolean {
  const left =
    run.end === 'superseded' ||
    run.end === 'cancelled' ||
    run.end === 'discarded';
  return (
    changes.some(({ id }) => id === line.changeId) &&
    line.at >= run.createdAt &&
    !(left && run.endedAt !== undefined && line.at > run.endedAt)
  );
}

/** Sensors that did not match are worth a line only where nothing else happened. */
function decisionLines({ decisions, runs }: Story): Line[] {
  return decisions
    .filter(({ outcome }) => outcome !== 'notMatched' || runs.length === 0)
    .flatMap(({ seq, sensor, outcome, reason, runId, decidedAt, waited }) => {
      const line = { seq, kind: 'decision' as const };
      const lines: Line[] = [];
      if (waited) {
        const data = { sensor, outcome: 'waiting', reason: waited.reason };
        lines.push({ ...line, data, at: waited.at });
      }
      // Its run tells that it fired.
      if (outcome !== 'fired') {
        const data = { sensor, outcome, reason };
        lines.push({ ...line, runId, data, at: decidedAt });
      }
      return lines;
    });
}

function runLines({ run, sensorTitle }: RunStory): Line[] {
  const began = { seq: run.seq, runId: run.id, at: run.createdAt };
  const { revert } = run.scope ?? {};
  const fired: Line = revert
    ? {
        ...began,
        kind: 'revertAsked',
        data: { by: revert.by, of: revert.title, comment: revert.comment },
      }
    : {
        ...began,
        kind: 'sensorFired',
        data: {
          sensor: sensorTitle,
          revision: run.revision,
          mode: run.mode,
          ...(run.generation > 0 && { replayed: true }),
          ...(run.scope?.redirected && { redirected: run.target }),
        },
      };
  if (run.end === undefined || run.endedAt === undefined) return [fired];
  const ended: Line = {
    seq: run.seq,
    kind: 'runEnded',
    runId: run.id,
    data: { end: run.end, reason: run.reason },
    at: run.endedAt,
  };
  return [fired, ended];
}

function inOrder(a: Line, b: Line): number {
  return a.at - b.at || rank.get(a.kind)! - rank.get(b.kind)! || a.seq - b.seq;
}

function entryOf(line: Line, change: Change | undefined): TimelineEntry {
  const { linkText, url, ...sentence } = timelineSentence(
    line.kind,
    line.data as unknown as TimelineData[TimelineKind],
  );
  const to =
    url ?? (line.changeId && `/gitops-events/changes/${line.changeId}`);
  const text =
    line.kind === 'pullRequestOpened' && change
      ? `${lastPart(change.repository)}${linkText}`
      : linkText;
  return {
    id: entryId(line),
    at: iso(line.at),
    kind: line.kind,
    ...sentence,
    ...(text && to && { link: { text, to } }),
    runId: line.runId,
    changeId: line.changeId,
  };
}

/** Sorts as the entries do. */
function entryId({ at, kind, seq }: Line): string {
  const digits = (value: number, length: number) =>
    String(value).padStart(length, '0');
  return [digits(at, 14), digits(rank.get(kind)!, 2), digits(seq, 16)].join(
    '-',
  );
}

/** `deployments` of `local:deployments` or `https://github.com/acme/deployments.git`. */
function lastPart(repository: string): string {
  return repository
    .split(/[/:]/)
    .at(-1)!
    .replace(/\.git$/, '');
}
