import {
  ConflictError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import type { EventBroker } from '@gitops-events/plugin-gitops-events-node';
import type { Nudges } from '../../nudges';
import type { CommitQueue } from '../../store/commitQueue';
import { forgetIntake, lockIntake, moveIntake } from '../../store/intakes';
import { isNamed } from './retired';

type Asked = Pick<EventBroker, 'partitions' | 'isConfigured' | 'position'>;

/** What a person decides about a partition of a broker that stands still. */
export interface IntakeDecisions {
  /**
   * Lets it go on after a loss.
   *
   * @throws ConflictError where it goes on already, NotFoundError where there is no such
   *   partition, ServiceUnavailableError where the broker does not answer
   */
  letIntakeGoOn(decision: {
    partition: string;
    version: number;
    /** `oldest`: all that is still there; `newest`: only what comes from now on. */
    from: 'oldest' | 'newest';
    by: string;
    comment: string;
  }): Promise<void>;
  /**
   * Forgets one that the configuration no longer names, with what is left in it.
   *
   * @throws ConflictError where it is configured or changed meanwhile, NotFoundError where there
   *   is no such partition, ServiceUnavailableError where the broker does not answer
   */
  letIntakeGo(decision: {
    partition: string;
    version: number;
    by: string;
    comment: string;
  }): Promise<void>;
}

export function createIntakeDecisions(options: {
  commits: Pick<CommitQueue, 'run'>;
  nudges: Nudges;
  /** Without one, events go straight into the log. */
  broker: Asked | undefined;
}): IntakeDecisions {
  const { commits, nudges, broker } = options;
  return {
    async letIntakeGoOn({ partition, version, from, by, comment }) {
      const position = await positionOf(broker, partition, from);
      await commits.run(async tx => {
        const intake = await lockIntake(tx, partition);
        if (!intake) throw notThere(partition);
        if (!intake.stopped) throw new ConflictError('It goes on already.');
        if (intake.version !== version) {
          throw new ConflictError('It changed meanwhile. Look again.');
        }
        await moveIntake(tx, intake, { position });
        return [
          {
            ...{ what: 'intake', partition, outcome: 'goes on', from },
            ...{ position, left: intake.position ?? '', by, comment },
          },
        ];
      });
      nudges.send('intakes', 'timeline');
    },
    async letIntakeGo({ partition, version, by, comment }) {
      if (await isConfiguredAt(broker, partition)) {
        throw new ConflictError(
          'It is configured. Take it out of the configuration first.',
        );
      }
      await commits.run(async tx => {
        const intake = await lockIntake(tx, partition);
        if (!intake) throw notThere(partition);
        if (intake.version !== version) {
          throw new ConflictError('It changed meanwhile. Look again.');
        }
        await forgetIntake(tx, intake);
        return [
          {
            ...{ what: 'intake', partition, outcome: 'let go' },
            ...{ left: intake.position ?? '', by, comment },
          },
        ];
      });
      nudges.send('intakes', 'timeline');
    },
  };
}

async function isConfiguredAt(
  broker: Asked | undefined,
  partition: string,
): Promise<boolean> {
  if (!broker) return false;
  try {
    return isNamed(broker, await broker.partitions())(partition);
  } catch (error) {
    throw notNow(error);
  }
}

async function positionOf(
  broker: Asked | undefined,
  partition: string,
  from: 'oldest' | 'newest',
): Promise<string> {
  if (!broker || !(await isConfiguredAt(broker, partition))) {
    throw notThere(partition);
  }
  try {
    return await broker.position(partition, from);
  } catch (error) {
    throw notNow(error);
  }
}

function notNow(cause: unknown): ServiceUnavailableError {
  return new ServiceUnavailableError(
    'The broker does not answer now. Try again in a moment',
    cause as Error,
  );
}

function notThere(partition: string): NotFoundError {
  return new NotFoundError(
    `The bus has no partition ${partition}. Look at the overview for those it has.`,
  );
}
