import type { SourceView } from '@gitops-events/plugin-gitops-events-common';
import type { Knex } from 'knex';
import { askedWithin } from '../../bus/intake/askedWithin';
import type { IntakeStop } from '../../store/intakes';
import { sumRefused, type RefusedSum } from '../../store/refusedMessages';
import { readSourceIntakes } from '../../store/sourceIntakes';
import type { OpenSource } from './sourceLoop';

const RETIRED = {
  message:
    'The configuration no longer names it. Its position is kept: named again, it is read on from there.',
};

/** How each source stands; with `lag`, it is asked how much lies beyond what was read. */
export async function readSourceViews(
  knex: Knex,
  sources: readonly OpenSource[],
  lag: boolean,
): Promise<SourceView[]> {
  const refused = await sumRefused(knex);
  return Promise.all(
    sources.map(open =>
      readView(knex, open, lag, refused.get(open.config.name)),
    ),
  );
}

async function readView(
  knex: Knex,
  { config, source, trouble }: OpenSource,
  lag: boolean,
  refused: RefusedSum = { count: 0, bytes: 0 },
): Promise<SourceView> {
  const intakes = await readSourceIntakes(knex, config.name);
  const positions = new Map(
    intakes
      .filter(({ topic }) => source.hasTopic(topic))
      .map(({ partition, position }) => [partition, position]),
  );
  const lags = lag ? await askedWithin(() => source.lag(positions)) : undefined;
  const partitions = intakes.map(({ partition, version, ...intake }) => ({
    ...{ partition, version, position: intake.position },
    behind: lags?.get(partition),
    lastMessageAt: isoOf(intake.lastAt),
    stopped: shown(intake.stopped),
    trouble: intake.stopped ? undefined : shown(intake.trouble),
    retired: source.hasTopic(intake.topic) ? undefined : RETIRED,
  }));
  return {
    ...{ name: config.name, kind: config.kind, ingress: config.ingress },
    state: stateOf(partitions, trouble),
    trouble,
    ...{ refused: refused.count, refusedBytes: refused.bytes, partitions },
  };
}

function stateOf(
  partitions: SourceView['partitions'],
  trouble: string | undefined,
): SourceView['state'] {
  const its = partitions.filter(({ retired }) => !retired);
  if (its.some(({ stopped }) => stopped)) return 'stopped';
  const isWaiting =
    trouble !== undefined || its.some(one => one.trouble !== undefined);
  return isWaiting || its.length === 0 ? 'waiting' : 'reading';
}

function shown(stop: IntakeStop | undefined) {
  return stop && { message: stop.message, since: isoOf(stop.since)! };
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
