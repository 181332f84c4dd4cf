import { EditError } from './editError';
import type { EditRecord } from './editRecord';
import { swappedLines } from './swappedLines';
import { readTfvars } from './tfvars';
import { parseTfLiteral, writeTfLiteral } from './tfLiteral';
import { sameValue } from './sameValue';
import type { PlainValue } from './yamlWrite';

/**
 * Sets variables in the text of a `.tfvars` file and leaves every other byte as
 * it is. A variable that is missing is added at the end.
 *
 * @throws EditError with a sentence for the author of the edit.
 */
export function editTfvars(
  file: string,
  before: string,
  set: Record<string, unknown>,
): { text: string; record: EditRecord[] } {
  const record: EditRecord[] = [];
  let text = before;
  for (const [name, value] of Object.entries(set)) {
    const result = setVariable(text, name, value as PlainValue);
    if (result.text === text) continue;
    record.push({
      file,
      path: name,
      variable: true,
      before: result.before,
      after: value,
      lines: swappedLines(text, result.text),
    });
    text = result.text;
  }
  return { text, record };
}

function setVariable(
  text: string,
  name: string,
  value: PlainValue,
): { text: string; before: unknown } {
  const literal = writeTfLiteral(value);
  const found = readTfvars(text).filter(each => each.name === name);
  if (found.length > 1) {
    throw new EditError(
      'sharedValue',
      `${name} is set ${found.length} times; leave one of them.`,
    );
  }
  const [at] = found;
  if (!at) {
    const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
    const gap = text === '' || text.endsWith('\n') ? '' : eol;
    return {
      text: `${text}${gap}${name} = ${literal}${eol}`,
      before: undefined,
    };
  }
  const old = text.slice(at.from, at.to);
  const before = parseTfLiteral(old);
  if (before !== undefined && sameValue(before.value, value)) {
    return { text, before: before.value };
  }
  return {
    text: text.slice(0, at.from) + literal + text.slice(at.to),
    // An expression that is no plain value is kept as it is written.
    before: before ? before.value : old,
  };
}
