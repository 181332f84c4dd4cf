import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type { RehearsedDecision } from '@gitops-events/plugin-gitops-events-common';
import {
  builtInActions,
  type ActionSchema,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import { readConfig } from '../config';
import { folderBases } from './folderBases';
import { everythingGranted } from './everythingGranted';
import { Rehearsals } from './Rehearsals';
import { storedTestEvent } from './testEvent';

/** @public */
export interface FolderRehearsalsOptions {
  sensors: Sensor[];
  /** What their steps use; the built-in ones by default. */
  actions?: readonly ActionSchema[];
  /** Folders that stand for repositories, by `local:<name>` or URL as in the sensors. */
  folders: Record<string, string>;
  /** Of the portal, for boundaries, targets and policies; without it everything is granted and nothing judged. */
  config?: RootConfigService;
}

/** An event that nobody sent. @public */
export interface RehearsedEvent {
  /** In the CloudEvents JSON format; `id`, `source` and `specversion` may be left out. */
  event: Record<string, unknown>;
  /** By default the one that takes its source and type. */
  ingress?: string;
  /** Milliseconds since the epoch. */
  acceptedAt: number;
  /** Milliseconds since the epoch; when it was accepted by default. */
  decidedAt?: number;
}

/** @public */
export interface FolderRehearsals {
  /**
   * Decides the events in their order, beginning without a memory, and goes
   * through the runs they lead to. Writes nothing.
   *
   * @param until - accepted time that passes after the last event, in milliseconds since the epoch
   * @throws InputError when one is no event
   */
  run(events: RehearsedEvent[], until?: number): Promise<RehearsedDecision[]>;
  stop(): Promise<void>;
}

/** Makes rehearsals on folders. Starts nothing before the first. @public */
export function createFolderRehearsals(
  options: FolderRehearsalsOptions,
): FolderRehearsals {
  const { sensors, folders } = options;
  const config = options.config
    ? readConfig(options.config)
    : everythingGranted(sensors);
  const rehearsals = new Rehearsals({
    config: {
      ...config,
      limits: { ...config.limits, expressionMs: patience(config.limits) },
    },
    actions: options.actions ?? builtInActions,
    bases: () => folderBases(folders),
    logger: { warn: line => process.stderr.write(`${line}\n`) },
    view: { mask: value => value, fileLength: Infinity },
    deadlineMs: Infinity,
    mayWait: Infinity,
  });
  return {
    run: (events, until) =>
      rehearsals.run(
        sensors.map(definition => ({
          name: definition.metadata.name,
          revision: 0,
          definition,
        })),
        events.map(({ decidedAt, ...given }, place) => {
          const made = storedTestEvent(given, place, config.ingresses);
          if ('event' in made) return { event: made.event, decidedAt };
          const [{ attribute, detail }] = made.refusals;
          throw new InputError(
            `Event ${place + 1}${attribute === undefined ? '' : `, ${attribute}`}: ${detail}`,
          );
        }),
        until,
      ),
    stop: () => rehearsals.stop(),
  };
}

/** A machine of a CI may be slow; what it tests does not hold anybody up. Milliseconds. */
function patience({ expressionMs }: { expressionMs: number }): number {
  return Math.max(expressionMs, 2_000);
}
