import path from 'node:path';
import { ConfigSources, FileConfigSource } from '@backstage/config-loader';
import { parse } from 'yaml';
import { UserError } from '../exitCodes';

/** What the loader of Backstage gives. */
export type Configuration = Awaited<ReturnType<typeof ConfigSources.toConfig>>;

/**
 * The configuration of a portal, read as it reads it: `$env`, `$include` and
 * the like are followed, a later file goes before an earlier one. Secrets are
 * known by name alone: what they stand for is not read.
 *
 * @throws UserError when a file cannot be read
 */
export async function readConfiguration(
  ...files: string[]
): Promise<Configuration> {
  const sources = files.map(file =>
    FileConfigSource.create({
      path: path.resolve(file),
      watch: false,
      parser: async ({ contents }) => ({
        result: withoutSecrets(parse(contents), file),
      }),
    }),
  );
  try {
    const config = await ConfigSources.toConfig(ConfigSources.merge(sources));
    config.close();
    return config;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `The configuration ${files.join(', ')} cannot be read: ${(error as Error).message}`,
    );
  }
}

function withoutSecrets(content: any, file: string): any {
  if (typeof content !== 'object' || content === null) {
    throw new UserError(
      `The configuration ${file} is no map; it should hold gitopsEvents, as app-config.yaml does.`,
    );
  }
  const secrets = content.gitopsEvents?.secrets ?? {};
  for (const name of Object.keys(secrets)) {
    if (!name.startsWith('$')) secrets[name] = 'not read';
  }
  return content;
}
