import { basename } from 'node:path';
import type { ProblemMark } from '@gitops-events/plugin-gitops-events-common';
import {
  parseYamlDocuments,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { ParsedFile } from './parsedFiles';

/** What the files say about one sensor. */
export interface FoundSensor {
  name: string;
  /** The document is so broken that its name cannot be read; `name` is its file's. */
  nameless: boolean;
  location: string;
  yaml: string;
  /** Undefined when the document is refused. */
  sensor: Sensor | undefined;
  owner: string;
  problems: ProblemMark[];
}

/**
 * The sensors of these files, each name once: the first file that has it keeps
 * it, so that a file added later cannot take a sensor over.
 */
export function readSensors(files: ParsedFile[]): FoundSensor[] {
  const found = new Map<string, FoundSensor>();
  for (const { location, parsed } of files) {
    const { sensors, refused } = parsed;
    const here: FoundSensor[] = [
      ...sensors.map(({ sensor, yaml, problems }) => ({
        name: sensor.metadata.name,
        nameless: false,
        owner: sensor.metadata.owner,
        location,
        yaml,
        sensor,
        problems: [...problems],
      })),
      ...refused.map(({ name, yaml, problems }) => ({
        name: isName(name) ? name : nameFor(location),
        nameless: !isName(name),
        owner: ownerIn(yaml),
        location,
        yaml,
        sensor: undefined,
        problems: [...problems],
      })),
    ];
    for (const sensor of here) {
      const first = found.get(sensor.name);
      if (first) first.problems.push(alsoIn(sensor));
      else found.set(sensor.name, sensor);
    }
  }
  return [...found.values()];
}

function alsoIn({ name, location }: FoundSensor): ProblemMark {
  return {
    rule: 'duplicate-name',
    severity: 'warning',
    message: `${location} has a sensor "${name}" as well, which is not used; give it another name.`,
    line: 1,
    column: 1,
  };
}

function isName(name: string | undefined): name is string {
  return (
    name !== undefined && /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)
  );
}

/** A document without a readable name goes by its file's, whose dot no sensor's name has. */
function nameFor(location: string): string {
  const file = basename(location).toLowerCase();
  return file
    .replace(/[^a-z0-9.-]/g, '-')
    .replace(/^[-.]+/, '')
    .slice(-63);
}

/** Of a refused document, so that its owner is shown what is wrong. */
function ownerIn(yaml: string): string {
  try {
    const [document] = parseYamlDocuments(yaml);
    if (document.errors.length > 0) return '';
    const owner = document.toJS()?.metadata?.owner;
    return typeof owner === 'string' ? owner : '';
  } catch {
    return '';
  }
}
