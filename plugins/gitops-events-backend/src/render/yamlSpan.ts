import {
  isMap,
  isSeq,
  type CST,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { isEmpty } from './yamlDocuments';

/** Offsets in a text that `yaml` has read with its source tokens kept. */

type Item = CST.CollectionItem;

/** Behind the last sign of the node: without the line break of a block scalar, without comments that follow. */
export function contentEnd(text: string, node: ParsedNode): number {
  const token = node.srcToken;
  if (token?.type === 'block-scalar') {
    return (
      node.range[1] -
      (/\r?\n$/.exec(text.slice(0, node.range[1]))?.[0].length ?? 0)
    );
  }
  if (isMap(node) && token?.type === 'block-map') {
    return pairEnd(text, node as YAMLMap.Parsed, node.items.length - 1);
  }
  if (isSeq(node) && token?.type === 'block-seq') {
    const list = node as YAMLSeq.Parsed;
    const last = list.items.length - 1;
    return isEmpty(list.items[last])
      ? itemValueStart(list, last)
      : contentEnd(text, list.items[last]);
  }
  return node.range[1];
}

export function pairEnd(
  text: string,
  map: YAMLMap.Parsed,
  index: number,
): number {
  const { value } = map.items[index];
  return isEmpty(value)
    ? pairValueStart(map, index).at
    : contentEnd(text, value as ParsedNode);
}

/** Before the first sign of a pair: `?`, an anchor or tag of its key, or the key. */
export function pairStart(map: YAMLMap.Parsed, index: number): number {
  const pair = map.items[index];
  const start = (pair as { srcToken?: Item }).srcToken?.start ?? [];
  const marks = ['explicit-key-ind', 'anchor', 'tag'];
  const mark = start.find(token => marks.includes(token.type));
  return mark?.offset ?? pair.key.range[0];
}

/** Before `-` of a block list; before an anchor, tag or the value in `[]`. */
export function itemStart(list: YAMLSeq.Parsed, index: number): number {
  const token = list.srcToken as CST.BlockSequence | CST.FlowCollection;
  const start = token.items[index]?.start ?? [];
  const marks = ['seq-item-ind', 'anchor', 'tag'];
  const mark = start.find(({ type }) => marks.includes(type));
  return mark?.offset ?? list.items[index].range[0];
}

/** Behind `key:` and the anchor and tag of its value; `colon` is false for a bare key inside `{}`. */
export function pairValueStart(
  map: YAMLMap.Parsed,
  index: number,
): { at: number; colon: boolean } {
  const pair = map.items[index];
  const sep = (pair as { srcToken?: Item }).srcToken?.sep ?? [];
  const mark = lastMark(sep, 'map-value-ind');
  return mark === undefined
    ? { at: pair.key.range[1], colon: false }
    : { at: mark, colon: true };
}

/** Behind `-` and the anchor and tag of the item. */
export function itemValueStart(list: YAMLSeq.Parsed, index: number): number {
  const token = list.srcToken as CST.BlockSequence;
  return (
    lastMark(token.items[index].start, 'seq-item-ind') ??
    list.items[index].range[0]
  );
}

function lastMark(
  tokens: CST.SourceToken[],
  indicator: CST.SourceToken['type'],
): number | undefined {
  const marks = [indicator, 'anchor', 'tag'];
  const mark = tokens.findLast(token => marks.includes(token.type));
  return mark && mark.offset + mark.source.length;
}

/** Before the line break that ends this line, or the end of the text. */
export function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  if (at < 0) return text.length;
  return at > from && text[at - 1] === '\r' ? at - 1 : at;
}

/** What stands between the start of this line and here. */
export function lineStart(text: string, at: number): string {
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
}
