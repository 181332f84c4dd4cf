import { boundariesOf } from '@gitops-events/plugin-gitops-events-backend';
import {
  actionsOfInstallation,
  builtInActions,
  type ParseOptions,
} from '@gitops-events/plugin-gitops-events-sensors';
import { UserError } from '../exitCodes';
import { readConfiguration } from '../files/configuration';
import { readInstallation } from '../files/installation';

/** What sensors are held against, as far as it was told. */
export interface Known extends ParseOptions {
  actions: NonNullable<ParseOptions['actions']>;
  /** Whether these are all the actions that there are. */
  allActions: boolean;
}

/** @param from - files of a configuration, later ones first in rank, and of an installation */
export async function readKnown(from: {
  config: string[];
  installation?: string;
}): Promise<Known> {
  const installation =
    from.installation === undefined
      ? undefined
      : await readInstallation(from.installation);
  const known: Known = {
    actions: installation
      ? actionsOfInstallation(installation.actions)
      : builtInActions,
    allActions: installation !== undefined,
    boundaries: installation?.boundaries,
    secrets: installation?.secrets,
  };
  // What is to be comes before what is.
  return from.config.length > 0
    ? { ...known, ...(await configured(from.config)) }
    : known;
}

async function configured(
  files: string[],
): Promise<Pick<Known, 'boundaries' | 'secrets'>> {
  const config = await readConfiguration(...files);
  try {
    return {
      boundaries: boundariesOf(config),
      secrets: config.getOptionalConfig('gitopsEvents.secrets')?.keys() ?? [],
    };
  } catch (error) {
    throw new UserError(`${files.join(', ')}: ${(error as Error).message}`);
  }
}
