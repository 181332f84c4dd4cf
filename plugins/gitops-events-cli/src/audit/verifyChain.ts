import { createHash } from 'node:crypto';
import {
  CHAIN_START,
  chainRowText,
  type ChainRow,
} from '@gitops-events/plugin-gitops-events-common';

/** What is wrong, in a sentence, and where. */
export interface Finding {
  code:
    | 'rowChanged'
    | 'rowMissing'
    | 'rowOutOfLine'
    | 'tailMissing'
    | 'rewritten'
    | 'anchorMissing'
    | 'anchorForeign';
  message: string;
}

/**
 * Recomputes one stream row by row as its pages come. It stops at the first row
 * that does not fit: what follows hangs on it.
 */
export class StreamCheck {
  rows = 0;
  finding: Finding | undefined;
  /** Recomputed digests of the rows that were asked for. */
  readonly digests = new Map<number, string>();
  private head = CHAIN_START;

  constructor(
    private readonly stream: string,
    /** Numbers of rows that anchors name. */
    private readonly anchored: ReadonlySet<number>,
  ) {}

  add(row: ChainRow): void {
    if (this.finding) return;
    const number = this.rows + 1;
    this.finding = findingOf(this.stream, row, number, this.head);
    if (this.finding) return;
    this.rows = number;
    this.head = row.digest;
    if (this.anchored.has(number)) this.digests.set(number, row.digest);
  }
}

function findingOf(
  stream: string,
  row: ChainRow,
  number: number,
  previous: string,
): Finding | undefined {
  const at = `row ${number} of ${stream}`;
  if (row.number !== number) {
    return { code: 'rowMissing', message: `${at} is missing` };
  }
  if (row.previous !== previous) {
    return {
      code: 'rowOutOfLine',
      message: `${at} does not follow the one before`,
    };
  }
  const digest = createHash('sha256').update(chainRowText(row)).digest('hex');
  return row.digest === digest
    ? undefined
    : { code: 'rowChanged', message: `${at} was changed` };
}
