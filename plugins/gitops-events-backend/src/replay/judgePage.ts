import type { RunConfig } from '../pipeline/newRun';
import type { Run } from '../store/runRow';
import { compareOutcomes } from './compare';
import { runOfFiring, type CompareRuns } from './CompareRuns';
import type { PageSaid } from './decidePage';
import type { Finding, FindingNow, FindingThen } from './findings';
import type { Page } from './readPage';
import {
  generationOf,
  makesRuns,
  ruleOf,
  type Replay,
  type ReplayCounts,
} from './replay';

/** An event that the replay has its say about, and what is on record of it. */
export interface Judged {
  eventUid: string;
  said: PageSaid;
  then?: FindingThen;
  /** Whether it waited in an earlier page. */
  waited: boolean;
}

export interface JudgeOptions {
  replay: Replay;
  page: Pick<Page, 'events' | 'until'>;
  runs: CompareRuns;
  config: RunConfig;
}

/** Tells of each event how it is decided otherwise, and counts. */
export async function judgePage(
  options: JudgeOptions,
  events: Judged[],
): Promise<{ findings: Finding[]; counts: ReplayCounts }> {
  const { replay, runs } = options;
  const counts = { ...replay.counts };
  const findings: Finding[] = [];
  for (const judged of events) {
    const { finding, uncompared } = await judge(options, judged);
    if (judged.waited) counts.waiting -= 1;
    else counts.decided += 1;
    if (finding.now.outcome === 'fired') counts.fired += 1;
    if (uncompared) counts.uncompared += 1;
    counts[finding.difference] += 1;
    findings.push(finding);
  }
  counts.compared += runs.used;
  return { findings, counts };
}

async function judge(
  options: JudgeOptions,
  { eventUid, said, then }: Judged,
): Promise<{ finding: Finding; uncompared?: boolean }> {
  const { replay, runs } = options;
  const rule = ruleOf(replay);
  const run = imagined(options, said);
  const held = run?.state === 'held';
  const now: FindingNow = {
    outcome: held ? 'held' : said.outcome,
    reason: held ? run.reason! : said.reason,
  };
  if (makesRuns(replay) && run) now.runId = run.id;
  const difference = compareOutcomes(then?.outcome, now.outcome);
  // Of a window, the event that completed it shows the run.
  const shows = run && run.eventUid === eventUid && !held;
  if (difference === 'firesNow') {
    const view =
      shows && !makesRuns(replay) ? await runs.now(rule, run) : undefined;
    return {
      finding: { eventUid, difference, then, now: { ...now, run: view } },
    };
  }
  if (difference) return { finding: { eventUid, difference, then, now } };

  // What is run for real is told by its run.
  const compared = makesRuns(replay)
    ? { same: true }
    : await runs.against(rule, run!, then?.runId);
  const same = compared.same ?? true;
  return {
    finding: {
      eventUid,
      difference: same ? 'alike' : 'other',
      then: then && shows ? { ...then, run: compared.then } : then,
      now: shows ? { ...now, run: compared.now } : now,
    },
    uncompared: compared.same === undefined,
  };
}

function imagined(
  { replay, page, config }: JudgeOptions,
  { firing }: PageSaid,
): Run | undefined {
  if (!firing) return undefined;
  const { uid } = firing.events[firing.events.length - 1];
  return runOfFiring({
    firing,
    rule: ruleOf(replay),
    config,
    alone: page.events.find(({ event }) => event.uid === uid),
    at: page.until,
    generation: generationOf(replay),
    redirect: replay.target,
  });
}
