import type { ProblemMark } from '@gitops-events/plugin-gitops-events-common';
import { isScalar, LineCounter, visit, type Document } from 'yaml';
import { builtInActions, type ActionSchema } from '../actions';
import type { Boundary } from '../boundary/boundary';
import { checkBoundary } from '../boundary/checkBoundary';
import { lintSensor } from '../lint';
import { sensorSchema, type Sensor } from '../schema';
import { duplicateProblems } from './duplicates';
import { expressionProblems } from './expressionProblems';
import { inputProblems } from './inputProblems';
import { valueAt, type Problem } from './problem';
import { schemaProblems } from './schemaProblems';
import { Source } from './source';
import { unknownSecrets } from './unknownSecrets';
import { parseYamlDocuments } from './yamlDocuments';

/** One sensor that was read without an error. @public */
export interface ParsedSensor {
  sensor: Sensor;
  /** Text of its own document. */
  yaml: string;
  /** Line of the file where `yaml` begins; problems count from the file's first. */
  line: number;
  /** Warnings only. */
  problems: ProblemMark[];
}

/** One document that holds no valid sensor. @public */
export interface RefusedDocument {
  /** The name it gives itself, when one can be read. */
  name?: string;
  yaml: string;
  line: number;
  problems: ProblemMark[];
}

/** @public */
export interface ParsedSensors {
  sensors: ParsedSensor[];
  refused: RefusedDocument[];
  /** All problems, by line. */
  problems: ProblemMark[];
}

/** @public */
export interface ParseOptions {
  /** What a step may use; the built-in actions by default. */
  actions?: readonly ActionSchema[];
  /** When given, each sensor is held against its owner's. */
  boundaries?: readonly Boundary[];
  /** Names of the secrets that there are, when they are known. */
  secrets?: readonly string[];
}

/** Characters of one file. */
const maxLength = 1024 * 1024;

/**
 * Reads the sensors of a file. A document with an error is refused with lines
 * and columns, and the others are read all the same.
 *
 * @public
 */
export function parseSensors(
  text: string,
  options: ParseOptions = {},
): ParsedSensors {
  if (text.length > maxLength) return tooLong();
  const lines = countLines(text);
  const names = new Set<string>();
  const sensors: ParsedSensor[] = [];
  const refused: RefusedDocument[] = [];
  for (const document of readDocuments(text)) {
    const source = new Source(text, lines, document);
    const excerpt = cut(text, document, lines);
    const data = readData(document, source);
    const problems =
      'problems' in data
        ? data.problems
        : [
            ...findProblems(data.value, options),
            ...takeName(data.value, names),
          ].map(problem => source.mark(problem));
    if (problems.length > 0 || 'problems' in data) {
      const name = 'value' in data ? nameOf(data.value) : undefined;
      refused.push({ name, ...excerpt, problems: inOrder(problems) });
    } else {
      const sensor = sensorSchema.parse(data.value);
      const warnings = lintSensor(sensor, options.actions).map(warning =>
        source.mark(warning, 'warning'),
      );
      sensors.push({ sensor, ...excerpt, problems: inOrder(warnings) });
    }
  }
  const all = [...sensors, ...refused].flatMap(({ problems }) => problems);
  return { sensors, refused, problems: inOrder(all) };
}

function tooLong(): ParsedSensors {
  const problems: ProblemMark[] = [
    {
      rule: 'too-long',
      severity: 'error',
      message: `This file is longer than ${maxLength} characters; split it up.`,
      line: 1,
      column: 1,
    },
  ];
  return { sensors: [], refused: [{ yaml: '', line: 1, problems }], problems };
}

/** Counted here, as the parser loses lines inside a text that is never closed. */
function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (const match of text.matchAll(/\n/g)) lines.addNewLine(match.index + 1);
  return lines;
}

/** Documents with something in them; a file that is only comments has none. */
function readDocuments(text: string): Document.Parsed[] {
  const documents = parseYamlDocuments(text);
  return documents.filter(
    ({ contents, errors }) =>
      errors.length > 0 ||
      !(contents === null || (isScalar(contents) && contents.value === null)),
  );
}

/** The document's own text, without the line that separates it from the one before. */
function cut(text: string, document: Document.Parsed, lines: LineCounter) {
  const [start, , end] = document.range;
  const whole = text.slice(start, end);
  const yaml = whole.replace(/^---[ \t]*\r?\n/, '');
  const { line } = lines.linePos(start + whole.length - yaml.length);
  return { yaml, line };
}

function readData(
  document: Document.Parsed,
  source: Source,
): { value: unknown } | { problems: ProblemMark[] } {
  // A warning is an unknown tag, whose value nobody would read as it was meant.
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) {
    return {
      problems: errors.map(({ pos, message }) =>
        source.markAt(pos[0], 'yaml-syntax', `${message}.`),
      ),
    };
  }
  try {
    return { value: document.toJS() };
  } catch (error) {
    // An alias of nothing, or aliases that multiply.
    const { message } = error as Error;
    const at = firstUnknownAlias(document) ?? source.start();
    return { problems: [source.markAt(at, 'yaml-syntax', `${message}.`)] };
  }
}

function firstUnknownAlias(document: Document.Parsed): number | undefined {
  let at: number | undefined;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return undefined;
      at = alias.range?.[0];
      return visit.BREAK;
    },
  });
  return at;
}

function findProblems(value: unknown, options: ParseOptions): Problem[] {
  const { actions = builtInActions, boundaries, secrets } = options;
  const problems = [
    ...schemaProblems(sensorSchema, value),
    ...duplicateProblems(value),
    ...inputProblems(value, actions),
    ...expressionProblems(value, actions),
    ...(secrets ? unknownSecrets(value, secrets) : []),
  ];
  if (problems.length > 0 || !boundaries) return problems;
  const sensor = sensorSchema.parse(value);
  const { owner } = sensor.metadata;
  const boundary = boundaries.find(candidate => candidate.owner === owner);
  return checkBoundary(sensor, boundary);
}

function takeName(value: unknown, names: Set<string>): Problem[] {
  const name = nameOf(value);
  if (name === undefined) return [];
  if (!names.has(name)) {
    names.add(name);
    return [];
  }
  const message = `A sensor "${name}" stands above in this file; give this one another name.`;
  return [{ rule: 'duplicate-name', message, path: ['metadata', 'name'] }];
}

function nameOf(value: unknown): string | undefined {
  const name = valueAt(value, ['metadata', 'name']);
  return typeof name === 'string' ? name : undefined;
}

function inOrder(problems: ProblemMark[]): ProblemMark[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}
