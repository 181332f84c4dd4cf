import type { ProblemMark } from '@gitops-events/plugin-gitops-events-common';
import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Document,
  type Node,
  type Scalar,
} from 'yaml';
import type { Path, Problem } from './problem';
import { sourceOffset } from './sourceOffset';

/** One YAML document inside its file; finds lines and columns. */
export class Source {
  constructor(
    private readonly text: string,
    private readonly lines: LineCounter,
    private readonly document: Document.Parsed,
  ) {}

  mark(
    { rule, message, path, atKey, offset }: Problem,
    severity: ProblemMark['severity'] = 'error',
  ): ProblemMark {
    const { key, value } = this.find(path);
    let at = (atKey ? key : (value ?? key))?.range?.[0] ?? this.start();
    if (offset !== undefined && isScalar(value)) {
      at = this.inside(value, offset);
    }
    return this.markAt(at, rule, message, severity);
  }

  /** `at` counts characters of the whole file. */
  markAt(
    at: number,
    rule: string,
    message: string,
    severity: ProblemMark['severity'] = 'error',
  ): ProblemMark {
    const { line, col } = this.lines.linePos(at);
    return { rule, severity, message, line, column: col };
  }

  /** Where the document's content begins. */
  start(): number {
    return this.document.contents?.range?.[0] ?? this.document.range[0];
  }

  /** The node at a path and its key; where it does not exist, the nearest one above. */
  private find(path: Path): { key?: Node; value?: Node } {
    let key: Node | undefined;
    let value = (this.document.contents ?? undefined) as Node | undefined;
    for (const step of path) {
      if (isMap(value)) {
        const pair = value.items.find(
          item => isPair(item) && keyText(item.key) === String(step),
        );
        if (!pair) break;
        key = pair.key as Node;
        value = (pair.value ?? undefined) as Node | undefined;
      } else if (isSeq(value) && typeof step === 'number') {
        value = value.items[step] as Node | undefined;
        key = value;
      } else {
        break;
      }
    }
    return { key, value };
  }

  private inside(node: Scalar, offset: number): number {
    const [start, end] = node.range!;
    const source = this.text.slice(start, end);
    return start + sourceOffset(source, String(node.value), offset);
  }
}

function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}
