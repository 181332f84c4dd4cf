import { readFile } from 'node:fs/promises';
import { ConfigReader } from '@backstage/config';
import { boundariesOf } from '@gitops-events/plugin-gitops-events-backend';
import type { Boundary } from '@gitops-events/plugin-gitops-events-sensors';
import { parse } from 'yaml';
import { UserError } from '../exitCodes';

/** The configuration of a portal, as far as it stands in one file. */
export async function readConfiguration(file: string): Promise<ConfigReader> {
  let content: unknown;
  try {
    content = parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UserError(
      `The configuration ${file} cannot be read: ${(error as Error).message}`,
    );
  }
  if (typeof content !== 'object' || content === null) {
    throw new UserError(
      `The configuration ${file} is no map; it should hold gitopsEvents, as app-config.yaml does.`,
    );
  }
  return new ConfigReader(content as never, file);
}

/** `gitopsEvents.boundaries` of a configuration. */
export async function readBoundaries(file: string): Promise<Boundary[]> {
  const config = await readConfiguration(file);
  try {
    return boundariesOf(config);
  } catch (error) {
    throw new UserError(`${file}: ${(error as Error).message}`);
  }
}
