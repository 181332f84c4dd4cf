import {
  isMap,
  isScalar,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { isEmpty } from './yamlDocuments';
import { lineEnd, lineStart } from './yamlSpan';
import type { Splice } from './yamlSplice';

type FlowCollection = YAMLMap.Parsed | YAMLSeq.Parsed;

/** Whether its keys stand in double quotes, so that a new one should. */
export function quotesKeys(collection: ParsedNode): boolean {
  if (!isMap(collection)) return false;
  const key = collection.items.at(-1)?.key;
  return isScalar(key) && key.type === 'QUOTE_DOUBLE';
}

/** Adds to `{...}` or `[...]`, on a line of its own where the last item has one. */
export function insertIntoFlow(
  text: string,
  collection: FlowCollection,
  item: string,
  eol: string,
): Splice[] {
  const [open, close] = [collection.range[0] + 1, collection.range[1] - 1];
  if (collection.items.length === 0) {
    const blank = text.slice(open, close).trim() === '';
    return [
      { from: open, to: blank ? close : open, text: blank ? item : `${item} ` },
    ];
  }
  const last = collection.items.at(-1)!;
  const start = isMap(collection)
    ? (last as { key: ParsedNode }).key.range[0]
    : (last as ParsedNode).range[0];
  const end = endOf(last);
  const comma = commaBehind(text, end, close);
  const indentation = lineStart(text, start);
  const ownLine =
    indentation.trim() === '' && text.slice(open, start).includes('\n');
  if (!ownLine) {
    const at = comma ?? end;
    return [{ from: at, to: at, text: comma ? ` ${item}` : `, ${item}` }];
  }
  const line = `${eol}${indentation}${item}${comma ? ',' : ''}`;
  const at = Math.min(lineEnd(text, comma ?? end), close);
  const closesHere = at === close;
  const behind = closesHere ? (comma ?? end) : at;
  return comma
    ? [{ from: behind, to: behind, text: line }]
    : [
        { from: end, to: end, text: ',' },
        { from: behind, to: behind, text: line },
      ];
}

function endOf(last: FlowCollection['items'][number]): number {
  if (!('key' in last)) return (last as ParsedNode).range[1];
  const pair = last as { key: ParsedNode; value: ParsedNode | null };
  return isEmpty(pair.value) ? pair.key.range[1] : pair.value!.range[1];
}

/** Behind the comma that follows the last item, if one does. */
function commaBehind(
  text: string,
  end: number,
  close: number,
): number | undefined {
  const between = text
    .slice(end, close)
    .replace(/#[^\n]*/g, comment => ' '.repeat(comment.length));
  const at = between.indexOf(',');
  return at < 0 ? undefined : end + at + 1;
}
