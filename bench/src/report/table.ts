import { barOf } from './bars';
import type { BenchRow } from './benchRow';

const heads = ['what', 'ours', 'unit', 'beside', 'theirs', 'ratio', 'bar', ''];

/** The rows for a person, with the bar of each. */
export function table(rows: BenchRow[]): string {
  const lines = [heads, ...rows.map(row => cells(row, rows))];
  const widths = heads.map((_, column) =>
    Math.max(...lines.map(line => line[column].length)),
  );
  return lines
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells(row: BenchRow, rows: BenchRow[]): string[] {
  const bar = barOf(row, rows);
  return [
    row.what,
    String(row.ours),
    row.unit,
    row.peerName ?? '-',
    String(row.peer ?? '-'),
    String(row.ratio ?? '-'),
    bar?.text ?? '-',
    verdict(bar),
  ];
}

function verdict(bar: { met: boolean } | undefined): string {
  if (!bar) return '';
  return bar.met ? 'met' : 'not met';
}
