import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  parseSensors,
  type ActionSchema,
  type Sensor,
} from '@gitops-events/plugin-gitops-events-sensors';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { UserError } from '../exitCodes';
import type { FileProblem } from '../files/problemLines';
import { actionsFor } from '../lint/moduleActions';
import { testFileSchema, type TestFile } from './schema';

/** A test file with the sensors it is about; its paths are ready to use. */
export interface LoadedTestFile extends Omit<TestFile, 'sensors'> {
  file: string;
  sensors: Sensor[];
  /** What their steps use. */
  actions: ActionSchema[];
}

/** Reads a test file and its sensors, or says where they are wrong. */
export async function readTestFile(
  file: string,
): Promise<LoadedTestFile | { problems: FileProblem[] }> {
  const lines = new LineCounter();
  const document = parseDocument(await readText(file), {
    lineCounter: lines,
    prettyErrors: false,
    // Events of a case differ in a field or two.
    merge: true,
  });
  const mark = (offset: number, rule: string, message: string): FileProblem => {
    const { line, col: column } = lines.linePos(offset);
    return { file, rule, severity: 'error', message, line, column };
  };
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map(({ pos, message }) =>
        mark(pos[0], 'yaml-syntax', `${message}.`),
      ),
    };
  }
  const parsed = testFileSchema.safeParse(document.toJS());
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map(issue =>
        mark(
          offsetOf(document, issue.path),
          'schema',
          `${issue.path.join('.')}: ${sentence(issue.message)}`,
        ),
      ),
    };
  }
  return withSensors(file, parsed.data);
}

async function withSensors(
  file: string,
  test: TestFile,
): Promise<LoadedTestFile | { problems: FileProblem[] }> {
  const folder = path.dirname(file);
  const names = test.sensors ?? [
    path.basename(file).replace(/\.test(\.ya?ml)$/, '$1'),
  ];
  const sensors: Sensor[] = [];
  const actions: ActionSchema[] = [];
  const problems: FileProblem[] = [];
  for (const name of names) {
    const source = path.join(folder, name);
    const text = await readText(source);
    const here = actionsFor(text);
    actions.push(...here);
    const parsed = parseSensors(text, { actions: here });
    sensors.push(...parsed.sensors.map(({ sensor }) => sensor));
    problems.push(
      ...parsed.problems
        .filter(({ severity }) => severity === 'error')
        .map(problem => ({ file: source, ...problem })),
    );
  }
  if (problems.length > 0) return { problems };
  return {
    ...test,
    file,
    sensors,
    actions,
    config: test.config && path.join(folder, test.config),
    repositories: Object.fromEntries(
      Object.entries(test.repositories).map(([repository, name]) => [
        repository,
        path.join(folder, name),
      ]),
    ),
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}

/** Where a path begins; where it does not exist, the nearest one above. */
function offsetOf(document: Document, where: PropertyKey[]): number {
  for (let length = where.length; length > 0; length--) {
    const node = document.getIn(where.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
