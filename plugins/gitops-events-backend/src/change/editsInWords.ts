import type { EditRecord } from '../render/editRecord';
import { shownValue } from '../render/shownValue';
import { code } from './markdownCode';

/** Enough to tell two values apart. */
const VALUE_LENGTH = 60;

/** What a run changes, in Markdown: `image.tag` in its file, before and after. */
export function editsInWords(record: EditRecord[], most: number): string[] {
  const left = record.length - most;
  return [
    ...record.slice(0, most).map(editInWords),
    ...(left > 0 ? [`and ${left} more`] : []),
  ];
}

function editInWords({ file, path, before, after }: EditRecord): string {
  const where = code(file, 100);
  if (path === undefined) return `${where} ${wholeFile(before, after)}`;
  const value = (one: unknown) => code(shownValue(path, one, VALUE_LENGTH));
  const what = `${code(path, 100)} in ${where}`;
  if (after === undefined) return `${what} removed`;
  return before === undefined
    ? `${what} set to ${value(after)}`
    : `${what} from ${value(before)} to ${value(after)}`;
}

function wholeFile(before: unknown, after: unknown): string {
  if (after === undefined) return 'deleted';
  return before === undefined ? 'added' : 'written anew';
}
