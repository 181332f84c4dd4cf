import { EditError } from '../render/editError';
import type { EditRecord } from '../render/editRecord';
import { sameValue } from '../render/sameValue';
import { swapsBack } from '../render/swappedLines';
import { readTfvars } from '../render/tfvars';
import { parseTfLiteral, writeTfLiteral } from '../render/tfLiteral';
import type { PlainValue } from '../render/yamlWrite';
import type { TakenBack } from './takenBack';

type Edit = Pick<EditRecord, 'before' | 'after' | 'lines'> & { path: string };

/**
 * As `takeBackYaml`, for a variable of a `.tfvars` text. Pure.
 *
 * @param force - also where somebody changed it since
 */
export function takeBackVariable(
  text: string,
  edit: Edit,
  force: boolean,
): TakenBack {
  const { path, before, after, lines } = edit;
  const now = valueOf(assignmentsOf(text)?.get(path));
  if (sameValue(now, before)) return { outcome: 'already' };
  if (!sameValue(now, after) && !force) return { outcome: 'conflict', now };
  const wanted = assignmentsOf(text);
  const old = assignmentsOf(lines?.was ?? '')?.get(path) ?? literal(before);
  if (old === undefined) wanted?.delete(path);
  else wanted?.set(path, old);
  for (const candidate of lines ? swapsBack(text, lines) : []) {
    if (sameAssignments(assignmentsOf(candidate), wanted)) {
      return { outcome: 'back', text: candidate, path, now };
    }
  }
  const back = rewritten(text, path, old);
  return sameAssignments(assignmentsOf(back), wanted)
    ? { outcome: 'back', text: back, path, now }
    : { outcome: 'conflict', now };
}

/** With another expression for the variable, or without its lines. */
function rewritten(
  text: string,
  name: string,
  expression: string | undefined,
): string {
  const found = readable(text)?.find(each => each.name === name);
  if (!found) {
    const gap = text === '' || text.endsWith('\n') ? '' : '\n';
    return expression === undefined
      ? text
      : `${text}${gap}${name} = ${expression}\n`;
  }
  const { from, to } = found;
  if (expression !== undefined) {
    return text.slice(0, from) + expression + text.slice(to);
  }
  const start = text.lastIndexOf('\n', from) + 1;
  const end = text.indexOf('\n', to) + 1;
  return text.slice(0, start) + (end === 0 ? '' : text.slice(end));
}

/** Expressions as they are written, by name; undefined where the text cannot be read or sets one twice. */
function assignmentsOf(text: string): Map<string, string> | undefined {
  const found = readable(text);
  const byName = new Map(
    found?.map(({ name, from, to }) => [name, text.slice(from, to)]),
  );
  return byName.size === found?.length ? byName : undefined;
}

function readable(text: string): ReturnType<typeof readTfvars> | undefined {
  try {
    return readTfvars(text);
  } catch (error) {
    if (error instanceof EditError) return undefined;
    throw error;
  }
}

/** An expression that is no plain value counts as it is written. */
function valueOf(expression: string | undefined): unknown {
  if (expression === undefined) return undefined;
  const plain = parseTfLiteral(expression);
  return plain ? plain.value : expression;
}

function literal(value: unknown): string | undefined {
  return value === undefined ? undefined : writeTfLiteral(value as PlainValue);
}

function sameAssignments(
  a: Map<string, string> | undefined,
  b: Map<string, string> | undefined,
): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.size === b.size &&
    [...a].every(([name, expression]) => b.get(name) === expression)
  );
}
