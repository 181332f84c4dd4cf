import type { JournalEntry } from '../forge/requestJournal';

/** A death is noticed a moment after it. Milliseconds. */
const NOTICED_LATER = 1_000;

/** Requests that make or change something, and those of them that came again. */
export interface RepeatedRequests {
  writes: number;
  repeated: number;
  explained: number;
  /** One sentence for each that nothing explains. */
  findings: string[];
}

/**
 * Who dies, or hears no answer, makes its open call again, and so may send what
 * was done already; nobody else does. So each write that is the same as one
 * before it needs a reason between the two: a kill, an answer to its own kind of
 * call that was lost or refused, or a lost answer to a question, which ends the
 * call that asked. Pure.
 *
 * @param deaths - when replicas were found dead, in milliseconds since 1970
 */
export function repeatedRequests(
  journal: JournalEntry[],
  deaths: number[],
): RepeatedRequests {
  const entries = [...journal].sort((a, b) => a.at - b.at);
  const writes = entries.filter(({ family }) => family !== 'read');
  const last = new Map<string, JournalEntry>();
  const findings: string[] = [];
  let repeated = 0;
  for (const write of writes) {
    const key = `${write.request} ${write.digest}`;
    const first = last.get(key);
    last.set(key, write);
    if (!first) continue;
    repeated += 1;
    if (!hasReason(first, write, entries, deaths)) {
      findings.push(
        `${write.request} came again after ${write.at - first.at} ms, and nobody had died or missed an answer`,
      );
    }
  }
  const explained = repeated - findings.length;
  return { writes: writes.length, repeated, explained, findings };
}

function hasReason(
  first: JournalEntry,
  again: JournalEntry,
  entries: JournalEntry[],
  deaths: number[],
): boolean {
  const between = (time: number, late = 0) =>
    time >= first.at && time <= again.at + late;
  if (deaths.some(time => between(time, NOTICED_LATER))) return true;
  return entries.some(
    ({ answer, answeredAt, family }) =>
      answeredAt !== undefined &&
      answer !== 'taken' &&
      between(answeredAt) &&
      (family === first.family || family === 'read'),
  );
}
