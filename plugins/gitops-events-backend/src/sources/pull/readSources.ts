import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { findExpressionProblem } from '@gitops-events/plugin-gitops-events-sensors';
import type { Ingress } from '../../readIngresses';

/** What an expression of a map may speak of. */
export const messageVariables = [
  'key',
  'value',
  'headers',
  'topic',
  'partition',
  'offset',
  'timestamp',
] as const;

/** What a map may say, and the attribute that it becomes; `data` is the payload. */
export const mapped = {
  type: 'type',
  source: 'source',
  id: 'id',
  subject: 'subject',
  time: 'time',
  partitionKey: 'partitionkey',
  entityRef: 'entityref',
  data: 'data',
} as const;

/** Expressions in CEL by what they give. */
export type MessageMap = { type: string; source: string } & {
  [name in keyof typeof mapped]?: string;
};

/** An entry of `gitopsEvents.sources`. */
export interface SourceConfig {
  name: string;
  kind: string;
  /** The ingress that it feeds. */
  ingress: string;
  /** Where a topic begins that was never read. */
  start: 'latest' | 'earliest';
  /** Without one its messages are CloudEvents. */
  map?: MessageMap;
  /** So many refused messages wait for a person at most; then it waits too. */
  maxRefused: number;
  /** And so many bytes of them. */
  maxRefusedBytes: number;
  /** All of it, for the module that brings its kind. */
  config: Config;
  /** Where it stands. */
  key: string;
}

type Config = ReturnType<RootConfigService['getConfig']>;

/** @throws InputError that names the key to mend */
export function readSources(
  config: ReturnType<RootConfigService['getOptionalConfig']>,
  ingresses: ReadonlyArray<Pick<Ingress, 'name'>>,
): SourceConfig[] {
  const root = config?.getOptionalConfig('sources');
  return (root?.keys() ?? []).map(name =>
    readSource(name, root!.getConfig(name), ingresses),
  );
}

function readSource(
  name: string,
  config: Config,
  ingresses: ReadonlyArray<Pick<Ingress, 'name'>>,
): SourceConfig {
  const key = `gitopsEvents.sources.${name}`;
  if (!/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/.test(name)) {
    throw new InputError(
      `${key}: name it with at most 63 lower-case letters, digits, dashes and dots`,
    );
  }
  const ingress = config.getString('ingress');
  if (!ingresses.some(one => one.name === ingress)) {
    throw new InputError(
      `${key}.ingress is "${ingress}", which is not under gitopsEvents.ingresses; add it there`,
    );
  }
  const start = config.getOptionalString('start') ?? 'latest';
  if (start !== 'latest' && start !== 'earliest') {
    throw new InputError(`${key}.start is "${start}"; use latest or earliest`);
  }
  const atLeastOne = (limit: string, otherwise: number) => {
    const value = config.getOptionalNumber(limit) ?? otherwise;
    if (value >= 1) return value;
    throw new InputError(`${key}.${limit} is ${value}; use 1 or more`);
  };
  return {
    ...{ name, ingress, start, config, key },
    maxRefused: atLeastOne('maxRefused', 1_000),
    maxRefusedBytes: atLeastOne('maxRefusedBytes', 64 * 1_048_576),
    kind: config.getString('kind'),
    map: readMap(config.getOptionalConfig('map'), `${key}.map`),
  };
}

function readMap(
  config: Config | undefined,
  key: string,
): MessageMap | undefined {
  if (!config) return undefined;
  const map: Record<string, string> = {};
  for (const name of config.keys()) {
    if (!Object.hasOwn(mapped, name)) {
      throw new InputError(
        `${key}.${name} is none of ${Object.keys(mapped).join(', ')}`,
      );
    }
    const expression = config.getString(name);
    const problem = findExpressionProblem(expression, messageVariables);
    if (problem) throw new InputError(`${key}.${name}: ${problem.message}`);
    map[name] = expression;
  }
  for (const needed of ['type', 'source']) {
    if (map[needed] === undefined) {
      throw new InputError(
        `${key}.${needed} is missing; write an expression, such as '"/orders"' for a text`,
      );
    }
  }
  return map as MessageMap;
}
