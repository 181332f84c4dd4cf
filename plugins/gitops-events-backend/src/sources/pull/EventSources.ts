import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type {
  RefusedMessageDetail,
  RefusedMessageView,
  SourceView,
} from '@gitops-events/plugin-gitops-events-common';
import type { EventSource } from '@gitops-events/plugin-gitops-events-node';
import { endInTurn, endTogether } from '../../endAll';
import { startLoop, type Loop } from '../../pipeline/loop';
import { tidyAwaited } from '../../store/awaitedTopics';
import { CommitQueue } from '../../store/commitQueue';
import { releaseIntakes } from '../../store/intakes';
import { readRefusedWaiting } from '../../store/readRefusedWaiting';
import { readRefused, readRefusedPage } from '../../store/refusedMessages';
import { readCursor, writeCursor, type Page } from '../../timeline/page';
import { MapGate } from './MapGate';
import { readSourceViews } from './readSourceViews';
import type { SourceConfig } from './readSources';
import { renewPreviews } from './renewPreviews';
import { createSourceDecisions, type SourceDecisions } from './sourceDecisions';
import {
  startSource,
  type OpenSource,
  type SourceLoopOptions,
} from './sourceLoop';
import { viewListed, viewRefused } from './viewRefused';

const TIDY_MS = 3_600_000;

/** What the API asks of event sources. */
export interface SourceRoom {
  /** How each source stands; with `lag: false` nobody outside is asked how much lies beyond what was read. */
  views(options?: { lag: boolean }): Promise<SourceView[]>;
  /** What was refused and waits for a person, of all sources there ever were. */
  waiting(): Promise<{ count: number; oldestAt?: string }>;
  refused(query: {
    source?: string;
    cursor?: string;
    limit: number;
  }): Promise<Page<RefusedMessageView>>;
  /** @returns undefined where it is gone */
  refusedMessage(number: number): Promise<RefusedMessageDetail | undefined>;
}

/** Event sources, from their readers to what people decide. Its constructor starts nothing. */
export class EventSources implements SourceRoom {
  readonly decisions: SourceDecisions;
  private readonly replica = randomUUID();
  private loops: Loop[] = [];

  constructor(
    private readonly options: Omit<SourceLoopOptions, 'replica'> & {
      sources: readonly OpenSource[];
    },
  ) {
    const { knex } = options;
    const commits = new CommitQueue({ knex, stream: 'people' });
    this.decisions = createSourceDecisions({ ...options, commits });
  }

  start(): void {
    const { replica } = this;
    const { sources, knex, logger } = this.options;
    const reading = sources.map(open =>
      startSource({ ...this.options, replica }, open),
    );
    const tidying = startLoop({
      name: 'awaited topics',
      pollMs: TIDY_MS,
      logger,
      turn: async () => {
        await tidyAwaited(knex, (name, topic) =>
          sources.some(
            ({ config, source }) =>
              config.name === name && source.hasTopic(topic),
          ),
        );
        return false;
      },
    });
    const renewing = startLoop({
      name: 'previews of refused messages',
      pollMs: TIDY_MS,
      logger,
      turn: () => renewPreviews(knex),
    });
    this.loops = [...reading, tidying, renewing];
  }

  async stop(): Promise<void> {
    const { sources, knex } = this.options;
    await endInTurn([
      () => endTogether(this.loops.map(loop => () => loop.stop())),
      // Those that were never started have looked outside for a page, at most.
      () =>
        endTogether(
          sources.map(
            ({ source }) =>
              () =>
                source.stop(),
          ),
        ),
      () => releaseIntakes(knex, this.replica, 'source_intakes'),
    ]);
  }

  views({ lag } = { lag: true }): Promise<SourceView[]> {
    const { knex, sources } = this.options;
    return readSourceViews(knex, sources, lag);
  }

  waiting() {
    return readRefusedWaiting(this.options.knex);
  }

  async refused({
    source,
    cursor,
    limit,
  }: Parameters<SourceRoom['refused']>[0]): Promise<Page<RefusedMessageView>> {
    const [after] = readCursor(cursor, 1) ?? [];
    const { knex } = this.options;
    const rows = await readRefusedPage(knex, {
      ...{ source, after, limit: limit + 1 },
    });
    const items = rows.slice(0, limit).map(viewListed);
    const last = items.at(-1);
    return rows.length > limit && last
      ? { items, nextCursor: writeCursor(last.number) }
      : { items };
  }

  async refusedMessage(number: number) {
    const refused = await readRefused(this.options.knex, number);
    return refused && viewRefused(refused);
  }
}

/**
 * Makes the sources of the configuration, of the kinds that modules brought. Asks nobody outside.
 *
 * @throws InputError that names the key to mend
 */
export function openSources(
  configured: readonly SourceConfig[],
  kinds: readonly EventSource[],
  logger: LoggerService,
): OpenSource[] {
  return configured.map(source => {
    const { name, key, config } = source;
    const kind = kindOf(source, kinds);
    return {
      config: source,
      source: kind.pull({ name, config, key, logger }),
      gate: new MapGate(),
    };
  });
}

function kindOf(
  { kind, key }: SourceConfig,
  kinds: readonly EventSource[],
): EventSource {
  const found = kinds.find(one => one.kind === kind);
  if (found) return found;
  const installed = kinds.map(one => one.kind).join(', ') || 'none';
  throw new InputError(
    `${key}.kind is "${kind}", which no installed module brings (installed: ${installed}); install its module, or use another kind`,
  );
}
