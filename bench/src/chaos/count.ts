import { eventId, type SentEvent } from './chaosSensor';
import type { History, HistoryCommit } from './history';

/** What the sender was promised, held against what the repository shows. */
export interface Count {
  accepted: number;
  lost: number;
  duplicated: number;
  outOfOrder: number;
  /** One sentence for each thing that is wrong. */
  findings: string[];
}

/**
 * Counts from outside. Pure.
 *
 * @param storedTwice - one sentence for each event that is
 */
export function count(
  acknowledged: SentEvent[],
  history: History,
  storedTwice: string[],
): Count {
  const lost = lostMarks(acknowledged, history);
  const duplicated = [
    ...storedTwice,
    ...doubledMarks(history),
    ...doubledChanges(history),
    ...doubledPulls(history),
  ];
  const outOfOrder = [...wrongOrder(history), ...fallingNumbers(history)];
  return {
    accepted: acknowledged.length,
    lost: lost.length,
    duplicated: duplicated.length,
    outOfOrder: outOfOrder.length,
    findings: [...lost, ...duplicated, ...outOfOrder],
  };
}

function lostMarks(acknowledged: SentEvent[], { present }: History): string[] {
  const all = new Set([...present.values()].flat());
  return acknowledged
    .map(eventId)
    .filter(id => !all.has(id))
    .map(id => `${id} was acknowledged and is not in the repository`);
}

/** An id that was ever added twice, whether or not one of the two was taken away again. */
export function doubledMarks({ commits, present }: History): string[] {
  const added = new Map<string, number>();
  for (const { marks } of commits) {
    for (const { id, sign } of marks) {
      if (sign === '+') added.set(id, (added.get(id) ?? 0) + 1);
    }
  }
  for (const id of [...present.values()].flat()) {
    if (!added.has(id)) added.set(id, 1);
  }
  return [...added]
    .filter(([, times]) => times > 1)
    .map(([id, times]) => `${id} was written ${times} times`);
}

/** A change that was merged twice, or that carries runs which left no mark of their own. */
function doubledChanges({ commits }: History): string[] {
  const seen = new Map<string, string>();
  return commits.flatMap(commit => {
    const { id, changeId, members } = commit;
    if (changeId === undefined) return [];
    const first = seen.get(changeId);
    seen.set(changeId, id);
    if (first) return [`change ${changeId} is in ${first} and in ${id}`];
    const marks = ownMarks(commit);
    return members > marks
      ? [`${id} carries ${members} runs and marks ${marks}: some ran twice`]
      : [];
  });
}

function doubledPulls({ commits, pulls }: History): string[] {
  const changes = new Map(
    commits.flatMap(({ id, changeId }) => (changeId ? [[id, changeId]] : [])),
  );
  const branches = new Map<string, number>();
  return pulls.flatMap(({ number, branch, state, mergeCommit }) => {
    const first = branches.get(branch);
    branches.set(branch, number);
    if (first) return [`pull requests ${first} and ${number} are of ${branch}`];
    if (state !== 'merged') return [`pull request ${number} is ${state}`];
    return changes.has(mergeCommit ?? '')
      ? []
      : [
          `pull request ${number} is merged as ${mergeCommit}, which is no change of main`,
        ];
  });
}

/** Events of one application follow each other as they were sent. */
function wrongOrder({ commits }: History): string[] {
  const last = new Map<number, number>();
  const found: string[] = [];
  for (const { marks } of commits) {
    for (const { application, id, sign } of marks) {
      if (sign === '-') continue;
      const n = numberOf(id);
      if (n < (last.get(application) ?? 0)) {
        found.push(`${id} came after ${last.get(application)}`);
      }
      last.set(application, Math.max(n, last.get(application) ?? 0));
    }
  }
  return found;
}

export function fallingNumbers({ commits }: History): string[] {
  const last = new Map<number, number>();
  const found: string[] = [];
  for (const { id, latest } of commits) {
    for (const { application, n } of latest) {
      const before = last.get(application) ?? 0;
      if (n <= before) {
        found.push(`${id} sets app-${application} from ${before} to ${n}`);
      }
      last.set(application, n);
    }
  }
  return found;
}

function ownMarks({ marks }: HistoryCommit): number {
  return marks.filter(({ sign }) => sign === '+').length;
}

function numberOf(id: string): number {
  return Number(id.split('-')[2]);
}
