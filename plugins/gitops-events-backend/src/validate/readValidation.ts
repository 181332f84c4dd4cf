import { resolve } from 'node:path';
import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { isRepositoryPath } from '@gitops-events/plugin-gitops-events-sensors';

const tools = ['kustomize', 'helm', 'terraform'] as const;

/** A tool that has to take certain folders of a repository. */
export interface ToolConfig {
  tool: (typeof tools)[number];
  /** A repository, or a pattern that ends in `*`. */
  repo: string;
  /** Each is given to the tool by itself. */
  folders: string[];
  /** What the tool reads besides, such as the bases of overlays. */
  reads: string[];
}

export interface ValidationConfig {
  /** A folder of JSON Schemas. */
  kubernetesSchemas?: string;
  tools: ToolConfig[];
}

type Config = ReturnType<RootConfigService['getConfig']>;

/** @throws InputError that names the key to mend. */
export function readValidation(config: Config | undefined): ValidationConfig {
  const schemas = config?.getOptionalString('kubernetesSchemas');
  return {
    kubernetesSchemas: schemas === undefined ? undefined : resolve(schemas),
    tools: (config?.getOptionalConfigArray('tools') ?? []).map((one, at) =>
      readTool(one, `gitopsEvents.validation.tools[${at}]`),
    ),
  };
}

function readTool(config: Config, key: string): ToolConfig {
  const tool = config.getString('tool') as ToolConfig['tool'];
  if (!tools.includes(tool)) {
    throw new InputError(
      `${key}.tool is "${tool}"; use one of ${tools.join(', ')}`,
    );
  }
  const paths = (field: 'folders' | 'reads', given: string[]) =>
    given.map(path => {
      if (isRepositoryPath(path)) return path.replace(/\/?$/, '/');
      throw new InputError(
        `${key}.${field} has "${path}"; give a folder of the repository, such as overlays/staging`,
      );
    });
  return {
    tool,
    repo: config.getString('repo'),
    folders: paths('folders', config.getStringArray('folders')),
    reads: paths('reads', config.getOptionalStringArray('reads') ?? []),
  };
}
