import {
  isScalar,
  visit,
  type CST,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { YamlDocument } from './parseYaml';
import { isEmpty } from './yamlDocuments';
import { insertIntoFlow, quotesKeys } from './yamlFlow';
import { isFlow, type Place, type Slot } from './yamlLocate';
import {
  contentEnd,
  itemValueStart,
  lineEnd,
  pairValueStart,
} from './yamlSpan';
import {
  fitsBlock,
  indent,
  isBlock,
  writeBlock,
  writeFlow,
  writeKey,
  writeBlockText,
  writePair,
  writeScalar,
  type BlockLayout,
  type PlainValue,
  type StringStyle,
} from './yamlWrite';

/** Replaces the text between two offsets. */
export interface Splice {
  from: number;
  to: number;
  text: string;
}

interface Writing {
  text: string;
  eol: string;
  layout: BlockLayout;
  /** The whole text is JSON, and stays JSON. */
  json: boolean;
}

export function applySplices(text: string, splices: Splice[]): string {
  const ordered = [...splices].sort((a, b) => a.from - b.from);
  let result = '';
  let at = 0;
  for (const { from, to, text: part } of ordered) {
    result += text.slice(at, from) + part;
    at = to;
  }
  return result + text.slice(at);
}

/** What to replace so that the value stands at the place; see the functions below for each kind of place. */
export function splicesFor(
  text: string,
  document: YamlDocument,
  place: Place,
  value: PlainValue,
): Splice[] {
  const writing: Writing = {
    text,
    eol: /\r?\n/.exec(text)?.[0] ?? '\n',
    layout: layoutOf(document),
    json: isJson(text),
  };
  if (place.found === 'value') {
    return place.flow
      ? replaceInFlow(writing, place.slot, place.node, value)
      : replaceInBlock(writing, place.slot, place.node, value);
  }
  const container = place.found === 'map' ? place.map : place.list;
  if (isFlow(container)) {
    if (container.items.length === 0 && !place.flow && !writing.json) {
      const whole = place.found === 'map' ? { [place.key]: value } : [value];
      return replaceInBlock(writing, place.slot, container, whole);
    }
    const json = writing.json || quotesKeys(container);
    const item = writeFlow(value, json);
    const key = place.found === 'map' && writeKey(place.key, json);
    return insertIntoFlow(
      text,
      container,
      key ? `${key}: ${item}` : item,
      writing.eol,
    );
  }
  return place.found === 'map'
    ? addLines(writing, place.map, writePair(place.key, value, writing.layout))
    : addLines(writing, place.list, writeBlock([value], writing.layout));
}

/** Lines behind the last one of a block map or list, before the comments and blank lines that follow. */
function addLines(
  writing: Writing,
  container: YAMLMap.Parsed | YAMLSeq.Parsed,
  lines: string[],
): Splice[] {
  const { text, eol } = writing;
  const at = lineEnd(text, contentEnd(text, container));
  const column = (container.srcToken as CST.BlockMap).indent;
  return [{ from: at, to: at, text: eol + indent(lines, column).join(eol) }];
}

function replaceInFlow(
  writing: Writing,
  slot: Slot,
  node: ParsedNode | null,
  value: PlainValue,
): Splice[] {
  const { json } = writing;
  const written =
    typeof value === 'string'
      ? writeScalar(value, styleOf(node), { flow: true, json })
      : writeFlow(value, json);
  if (slot.in !== 'map' || !isEmpty(node)) {
    return [{ from: node!.range[0], to: node!.range[1], text: written }];
  }
  const { at, colon } = pairValueStart(slot.map, slot.index);
  return [{ from: at, to: at, text: `${colon ? '' : ':'} ${written}` }];
}

/**
 * The value of `key:`, of `- ` or of a document. What stands behind it on its
 * first line, such as a comment, stays there.
 */
function replaceInBlock(
  writing: Writing,
  slot: Slot,
  node: ParsedNode | null,
  value: PlainValue,
): Splice[] {
  const { text, eol } = writing;
  if (slot.in === 'document') return fillDocument(writing, node, value);
  const start =
    slot.in === 'map'
      ? pairValueStart(slot.map, slot.index).at
      : itemValueStart(slot.list, slot.index);
  const old = isEmpty(node) ? undefined : node!;
  const end = old ? contentEnd(text, old) : start;
  const { first, rest } = linesFor(writing, slot, old, value);

  const plainSpot = isScalar(old) && old.srcToken?.type !== 'block-scalar';
  if (plainSpot && rest.length === 0) {
    return [{ from: old.range[0], to: end, text: first }];
  }
  const sameLine =
    old !== undefined && !text.slice(start, old.range[0]).includes('\n');
  const keepsSpace = sameLine && isScalar(old) && first !== '';
  const manyLines = old !== undefined && text.slice(start, end).includes('\n');
  const head = first && (keepsSpace ? first : ` ${first}`);
  const below = lineEnd(text, end);
  return [
    {
      from: keepsSpace ? old.range[0] : start,
      to: manyLines ? below : end,
      text: head + headComment(text, start, old),
    },
    { from: below, to: below, text: rest.map(line => eol + line).join('') },
  ];
}

/** The comment on the line of the key, when the old value goes on below it. */
function headComment(
  text: string,
  start: number,
  old: ParsedNode | undefined,
): string {
  if (!old) return '';
  const token = old.srcToken;
  if (token?.type === 'block-scalar') {
    const [header] = token.props as CST.SourceToken[];
    const behind = header.offset + header.source.length;
    return text.slice(behind, lineEnd(text, behind)).trimEnd();
  }
  const between = text.slice(start, old.range[0]);
  return between.includes('\n')
    ? text.slice(start, lineEnd(text, start)).trimEnd()
    : '';
}

/** The value as lines: what stands on the line of the key or dash, and what follows below, indented. */
function linesFor(
  writing: Writing,
  slot: Exclude<Slot, { in: 'document' }>,
  old: ParsedNode | undefined,
  value: PlainValue,
): { first: string; rest: string[] } {
  const { layout } = writing;
  const container = slot.in === 'map' ? slot.map : slot.list;
  const column = (container.srcToken as CST.BlockMap).indent;
  const style = styleOf(old);
  if (typeof value === 'string') {
    const block = value.includes('\n') || style === 'block';
    if (!block || !fitsBlock(value)) {
      return { first: writeScalar(value, style), rest: [] };
    }
    const folded = isScalar(old) && old.type === 'BLOCK_FOLDED';
    const [first, ...rest] = writeBlockText(value, folded);
    const inner = slot.in === 'map' ? layout.step : 2;
    return { first, rest: indent(rest, blockIndent(old) ?? column + inner) };
  }
  if (old && isBlock(value) && isFilledFlowLine(writing, old)) {
    const quotes = /^.\s*"/.test(writing.text.slice(old.range[0]));
    return { first: writeFlow(value, quotes), rest: [] };
  }
  const lines = writeBlock(value, layout);
  if (!isBlock(value)) return { first: lines[0], rest: [] };
  if (slot.in === 'list') {
    return { first: lines[0], rest: indent(lines.slice(1), column + 2) };
  }
  const inner = Array.isArray(value) ? layout.dash : layout.step;
  return { first: '', rest: indent(lines, column + inner) };
}

/** `[a]` or `{a: b}` on one line, which stays so. */
function isFilledFlowLine({ text }: Writing, old: ParsedNode): boolean {
  const inner = text.slice(old.range[0] + 1, old.range[1] - 1);
  return isFlow(old) && inner.trim() !== '' && !inner.includes('\n');
}

/** Only an empty document, or one that says null, is ever filled as a whole. */
function fillDocument(
  writing: Writing,
  node: ParsedNode | null,
  value: PlainValue,
): Splice[] {
  const { text, eol, layout } = writing;
  const lines = writeBlock(value, layout).join(eol);
  if (!isEmpty(node)) {
    return [{ from: node!.range[0], to: node!.range[1], text: lines }];
  }
  const before = /(?:^\ufeff?|\n)$/.test(text) ? '' : eol;
  return [{ from: text.length, to: text.length, text: before + lines + eol }];
}

function styleOf(node: ParsedNode | null | undefined): StringStyle {
  switch (isScalar(node) ? (node as Scalar).type : undefined) {
    case 'QUOTE_SINGLE':
      return 'single';
    case 'QUOTE_DOUBLE':
      return 'double';
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED':
      return 'block';
    default:
      return 'plain';
  }
}

/** Spaces before the content of a block scalar. */
function blockIndent(old: ParsedNode | undefined): number | undefined {
  const token = old?.srcToken;
  if (token?.type !== 'block-scalar') return undefined;
  const spaces = /^( +)\S/m.exec(token.source)?.[1].length;
  return spaces;
}

/** As the file does it already; two spaces where it does not say. */
function layoutOf(document: YamlDocument): BlockLayout {
  const layout: Partial<BlockLayout> = {};
  visit(document, {
    Map(_, map) {
      const token = map.srcToken;
      if (token?.type !== 'block-map') return undefined;
      for (const { value } of token.items) {
        if (value?.type === 'block-map')
          layout.step ??= value.indent - token.indent;
        if (value?.type === 'block-seq')
          layout.dash ??= value.indent - token.indent;
      }
      return layout.step !== undefined && layout.dash !== undefined
        ? visit.BREAK
        : undefined;
    },
  });
  return { step: layout.step ?? 2, dash: layout.dash ?? 2 };
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
