import {
  createFolderRehearsals,
  type FolderRehearsals,
} from '@gitops-events/plugin-gitops-events-backend';
import type { RehearsedDecision } from '@gitops-events/plugin-gitops-events-common';
import { parseDuration } from '@gitops-events/plugin-gitops-events-sensors';
import { readConfiguration } from '../files/configuration';
import { compare } from './compare';
import type { LoadedTestFile } from './readTestFile';
import type { TestCase } from './schema';

/** What became of one case. */
export interface CaseResult {
  name: string;
  /** What was not as expected; empty: it passed. */
  failures: string[];
  milliseconds: number;
}

/** Each case begins without a memory. */
export async function runTestFile(test: LoadedTestFile): Promise<CaseResult[]> {
  const rehearsals = createFolderRehearsals({
    sensors: test.sensors,
    actions: test.actions,
    folders: test.repositories,
    config: test.config ? await readConfiguration(test.config) : undefined,
  });
  try {
    const results: CaseResult[] = [];
    for (const one of test.cases) {
      const begun = performance.now();
      const failures = await failuresOf(test, one, rehearsals.run);
      const milliseconds = Math.round(performance.now() - begun);
      results.push({ name: one.name, failures, milliseconds });
    }
    return results;
  } finally {
    await rehearsals.stop();
  }
}

type Run = FolderRehearsals['run'];

/** A fixed day, so that a test says the same tomorrow. */
const usualDay = '2026-01-01T00:00:00Z';

async function failuresOf(
  test: LoadedTestFile,
  { events, at: begin = usualDay, until }: TestCase,
  run: Run,
): Promise<string[]> {
  let at = Date.parse(begin);
  const sent = events.map(
    ({ after = '1s', decidedAfter, ingress, expect: _, ...event }, index) => {
      if (index > 0) at += parseDuration(after);
      const { ingress: usual, ...defaults } = test.defaults;
      return {
        event: { ...defaults, ...event },
        ingress: ingress ?? (usual as string | undefined),
        acceptedAt: at,
        ...(decidedAfter && { decidedAt: at + parseDuration(decidedAfter) }),
      };
    },
  );
  let decisions: RehearsedDecision[];
  try {
    const end = until === undefined ? at : at + parseDuration(until);
    decisions = await run(sent, end);
  } catch (error) {
    if ((error as Error).name !== 'InputError') throw error;
    return [(error as Error).message];
  }
  return events.flatMap(({ expect = [] }, index) =>
    [expect].flat().flatMap(expected => {
      const sensor = expected.sensor ?? onlyName(test);
      const decision = decisions.find(
        one => one.event === index && one.sensor === sensor,
      );
      const where = `event ${index + 1}${test.sensors.length > 1 ? `, ${sensor}` : ''}`;
      return decision
        ? compare(expected, decision).map(line => `${where}: ${line}`)
        : [`${where}: ${missing(test, sensor)}`];
    }),
  );
}

function onlyName({ sensors }: LoadedTestFile): string | undefined {
  return sensors.length === 1 ? sensors[0].metadata.name : undefined;
}

function missing(
  { sensors }: LoadedTestFile,
  sensor: string | undefined,
): string {
  const names = sensors.map(({ metadata }) => metadata.name).join(', ');
  return sensor === undefined
    ? `several sensors are tested here; name one with \`sensor\`: ${names}`
    : `there is no sensor "${sensor}" here; known are ${names}`;
}
