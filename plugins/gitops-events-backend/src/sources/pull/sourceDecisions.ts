import {
  ConflictError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { maskSecrets } from '@gitops-events/plugin-gitops-events-common';
import type { Nudges } from '../../nudges';
import type { Acceptance } from '../../pipeline/accept';
import { IngressLimited } from '../../pipeline/ingressLimits';
import type { CommitQueue } from '../../store/commitQueue';
import { lockIntake, moveIntake } from '../../store/intakes';
import {
  dropRefused,
  readRefused,
  tellReason,
  type RefusedMessage,
} from '../../store/refusedMessages';
import { keyOf } from '../../store/sourceIntakes';
import type { OpenSource } from './sourceLoop';
import { takeAgain, type TakingOptions } from './takeMessages';

/** What a person decides about an event source. */
export interface SourceDecisions {
  /**
   * Lets a partition go on after a loss.
   *
   * @throws ConflictError where it goes on already or changed, NotFoundError where there is no such
   *   partition, ServiceUnavailableError where the other side does not answer
   */
  letSourceGoOn(decision: {
    source: string;
    partition: string;
    version: number;
    /** `oldest`: all that is still there; `newest`: only what comes from now on. */
    from: 'oldest' | 'newest';
    by: string;
    comment: string;
  }): Promise<void>;
  /**
   * Takes a refused message in, by the present configuration.
   *
   * @throws ConflictError where it is refused again, or somebody was faster; NotFoundError where it
   *   is gone; ServiceUnavailableError where it is too early
   */
  retryRefusedMessage(decision: RefusedDecision): Promise<void>;
  /** @throws ConflictError where somebody was faster, NotFoundError where it is gone */
  discardRefusedMessage(decision: RefusedDecision): Promise<void>;
}

export interface RefusedDecision {
  number: number;
  by: string;
  comment: string;
}

export function createSourceDecisions(
  options: TakingOptions & {
    commits: Pick<CommitQueue, 'run'>;
    nudges: Nudges;
    sources: readonly OpenSource[];
  },
): SourceDecisions {
  const { knex, commits, nudges } = options;
  const openSource = (name: string) => {
    const found = options.sources.find(({ config }) => config.name === name);
    if (found) return found;
    throw new NotFoundError(
      `There is no event source ${name}. Look at gitopsEvents.sources for those there are.`,
    );
  };
  const drop = async (
    refused: RefusedMessage,
    outcome: string,
    by: RefusedDecision,
  ) => {
    await commits.run(async tx => {
      const isLast = await dropRefused(tx, refused.seq);
      if (!isLast && outcome === 'discarded') {
        throw new ConflictError('Somebody decided about it meanwhile.');
      }
      const { source, message } = refused;
      // It is in the log now, whatever the other one decided.
      const became = isLast
        ? outcome
        : `${outcome}, decided otherwise meanwhile`;
      return [
        {
          ...{
            what: 'refused message',
            source,
            place: message.place,
            outcome: became,
          },
          ...{ by: by.by, comment: by.comment },
        },
      ];
    });
    nudges.send('timeline');
  };

  return {
    async letSourceGoOn({ source, partition, version, from, by, comment }) {
      const open = openSource(source);
      const position = await positionOf(open, partition, from);
      const key = keyOf(source, partition);
      await commits.run(async tx => {
        const intake = await lockIntake(tx, key, 'source_intakes');
        if (!intake) throw noPartition(source, partition);
        if (!intake.stopped) {
          throw new ConflictError(
            'It goes on already. Somebody else let it go on meanwhile.',
          );
        }
        if (intake.version !== version) {
          throw new ConflictError('It changed meanwhile. Look again.');
        }
        await moveIntake(tx, intake, { position }, 'source_intakes');
        return [
          {
            ...{ what: 'source', partition: key, outcome: 'goes on', from },
            ...{ position, left: intake.position ?? '', by, comment },
          },
        ];
      });
      nudges.send('sources', 'timeline');
    },
    async retryRefusedMessage(decision) {
      const refused = await find(options, decision.number);
      const { config, source } = openSource(refused.source);
      const { headerStyle } = source;
      const outcome = await now(() =>
        takeAgain(options, { config, headerStyle }, refused.message),
      );
      if (outcome.result === 'refused') {
        const { detail } = outcome.refusal;
        await tellReason(knex, refused.seq, detail.replaceAll('\0', ''));
        nudges.send('timeline');
        throw new ConflictError(`It is refused again. ${maskSecrets(detail)}`);
      }
      await drop(refused, outcome.result, decision);
    },
    async discardRefusedMessage(decision) {
      const refused = await find(options, decision.number);
      await drop(refused, 'discarded', decision);
    },
  };
}

async function find({ knex }: Pick<TakingOptions, 'knex'>, number: number) {
  const refused = await readRefused(knex, number);
  if (refused) return refused;
  throw new NotFoundError(
    'There is no such refused message. Somebody may have decided about it: look at the list again.',
  );
}

/** A person is not kept waiting for what an ingress may bring. */
async function now(take: () => Promise<Acceptance>): Promise<Acceptance> {
  try {
    return await take();
  } catch (error) {
    if (!(error instanceof IngressLimited)) throw error;
    throw new ServiceUnavailableError(
      `${error.message} Try again in ${Math.ceil(error.waitMs / 1_000)} s.`,
    );
  }
}

async function positionOf(
  { source, config }: OpenSource,
  partition: string,
  from: 'oldest' | 'newest',
): Promise<string> {
  const { found, trouble } = await source.partitions();
  if (found.every(one => one.partition !== partition)) {
    throw trouble === undefined
      ? noPartition(config.name, partition)
      : new ServiceUnavailableError(`${trouble} Try again in a moment.`);
  }
  try {
    return await source.position(partition, from);
  } catch (error) {
    throw new ServiceUnavailableError(
      'It does not answer now. Try again in a moment',
      error as Error,
    );
  }
}

function noPartition(source: string, partition: string): NotFoundError {
  return new NotFoundError(
    `The event source ${source} has no partition ${partition}. Look at the list of sources for those it has.`,
  );
}
