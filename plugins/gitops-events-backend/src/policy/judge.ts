import {
  verdictSchema,
  type Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';
import { shownFailure } from '../shownFailure';
import { placeOf } from './loggedCheck';
import { shownReasons } from './shownReasons';

const defaultDeadlineMs = 5_000;
const maxDeadlineMs = 30_000;

export interface JudgeOptions {
  /** Verdicts of this very content; those that could tell are not asked for again. */
  known?: readonly Verdict[];
  /** Names of checks that were late a moment ago: nobody waits for them again. Added to. */
  late?: Set<string>;
}

/**
 * Asks all checks at once. One that throws, is late or gives no verdict has
 * said `cannot`, which lets no merge through and is asked again later.
 */
export function judge(
  change: ProposedChange,
  checks: readonly PolicyCheck[],
  options: JudgeOptions = {},
): Promise<Verdict[]> {
  const { known = [], late = new Set() } = options;
  return Promise.all(
    checks.map(async check => {
      const before = known.find(({ check: name }) => name === check.name);
      if (before && before.verdict !== 'cannot') return before;
      // One that guards the commit would hold the others of this turn, who did nothing.
      if (late.has(check.name) && check.guards !== 'commit') {
        return lateVerdict(check);
      }
      return askOne(change, check, late);
    }),
  );
}

async function askOne(
  change: ProposedChange,
  check: PolicyCheck,
  late: Set<string>,
): Promise<Verdict> {
  const aborter = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<Verdict>(resolve => {
    timer = setTimeout(() => {
      late.add(check.name);
      resolve(lateVerdict(check));
    }, deadlineOf(check));
  });
  try {
    const answer = await Promise.race([
      check.check(change, { signal: aborter.signal }),
      deadline,
    ]);
    return told(check, answer);
  } catch (error) {
    return cannot(check, `It failed: ${shownFailure(error, placeOf(check))}`);
  } finally {
    clearTimeout(timer);
    aborter.abort();
  }
}

/** What others wrote may answer anything. */
function told(check: PolicyCheck, answer: unknown): Verdict {
  const { data } = verdictSchema.safeParse(answer);
  if (!data) return cannot(check, 'Its answer is no verdict.');
  return { ...data, check: check.name, reasons: shownReasons(data.reasons) };
}

function lateVerdict(check: PolicyCheck): Verdict {
  return cannot(check, `It gave no answer within ${deadlineOf(check)} ms.`);
}

function cannot({ name }: PolicyCheck, reason: string): Verdict {
  return { check: name, verdict: 'cannot', reasons: shownReasons([reason]) };
}

function deadlineOf({ deadlineMs = defaultDeadlineMs }: PolicyCheck): number {
  return Math.min(deadlineMs, maxDeadlineMs);
}
