import { parseArgs } from 'node:util';

/** What both harnesses understand: `NAME [--quick] [--json] [--database ...]`. */
export interface HarnessOptions {
  /** Undefined: list what there is. */
  name: string | undefined;
  /** End within 45 s, with rougher figures. */
  quick: boolean;
  /** Print the report as one JSON object, last. */
  json: boolean;
  database: 'sqlite' | 'postgres' | undefined;
  /** Where changes go; undefined: as the run has it by itself. */
  host: 'local' | 'github' | undefined;
  /** Chaos alone: harm the repository before it is counted. */
  sabotage: string | undefined;
  /** Chaos alone: how often to kill. */
  kills: number | undefined;
  /** `bus` alone: one of them. */
  bus: string | undefined;
  /** Chaos of `bus` alone: what to do besides kills, by name; undefined: all. */
  faults: string[] | undefined;
  /** Chaos of `bus` alone: do to others what they have in common with ours, and count beside it. */
  peers: boolean;
}

/** @throws Error with a sentence for the user. */
export function harnessOptions(args: string[]): HarnessOptions {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      database: { type: 'string' },
      host: { type: 'string' },
      sabotage: { type: 'string' },
      kills: { type: 'string' },
      bus: { type: 'string' },
      faults: { type: 'string' },
      peers: { type: 'boolean', default: false },
    },
  });
  const { quick, json, database, host, sabotage } = values;
  if (database && database !== 'sqlite' && database !== 'postgres') {
    throw new Error(`--database is sqlite or postgres, not "${database}".`);
  }
  if (host && host !== 'local' && host !== 'github') {
    throw new Error(`--host is local or github, not "${host}".`);
  }
  const kills = values.kills === undefined ? undefined : Number(values.kills);
  if (kills !== undefined && !(Number.isInteger(kills) && kills > 0)) {
    throw new Error(`--kills is a number of times, not "${values.kills}".`);
  }
  return {
    name: positionals[0],
    quick,
    json,
    database: database as HarnessOptions['database'],
    host: host as HarnessOptions['host'],
    sabotage,
    kills,
    bus: values.bus,
    peers: values.peers,
    faults: values.faults?.split(',').filter(name => name !== ''),
  };
}

/** Finds what was named. @throws Error that lists what there is. */
export function named<T extends { name: string }>(all: T[], name: string): T {
  const found = all.find(one => one.name === name);
  if (found) return found;
  const known = all.map(one => one.name).join(', ');
  throw new Error(`There is no "${name}". There is: ${known}.`);
}
