import { EditError } from '../render/editError';
import { parseYaml, type YamlDocument } from '../render/parseYaml';
import { jsonMistake } from './jsonMistake';

/** Something wrong in a file. */
export interface FileProblem {
  /** Tells it from others, wherever in the file it stands. */
  key: string;
  line: number;
  column: number;
  /** Without the place: `replicas must be integer`. */
  message: string;
}

export interface ReadFile {
  /** Why it cannot be read; then there are no documents. */
  unreadable?: FileProblem;
  documents: YamlDocument[];
}

/** Reads YAML and JSON, of which the latter is held to its own rules; undefined for what is neither. */
export function readFile(path: string, text: string): ReadFile | undefined {
  const isJson = /\.json$/i.test(path);
  if (!isJson && !/\.ya?ml$/i.test(path)) return undefined;
  if (isHelmTemplate(path, text)) return undefined;
  const mistake = isJson ? jsonMistake(text) : undefined;
  if (mistake !== undefined) {
    return unreadable({
      ...placeOf(text, mistake),
      message: 'this is not JSON',
    });
  }
  try {
    return { documents: parseYaml(text) };
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    const { line, column } = error.detail as { line: number; column: number };
    const message = error.message.replace(/^Line \d+, column \d+: |\.$/g, '');
    return unreadable({ line, column, message });
  }
}

/** Line and column of an offset, from 1. */
export function placeOf(
  text: string,
  offset: number,
): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function unreadable(problem: Omit<FileProblem, 'key'>): ReadFile {
  return { unreadable: { key: 'unreadable', ...problem }, documents: [] };
}

/** Becomes YAML when a chart is rendered; until then it is text. */
function isHelmTemplate(path: string, text: string): boolean {
  return /(^|\/)templates\//.test(path) && /\{\{|\{%/.test(text);
}
