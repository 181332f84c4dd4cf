/** Lines as Git's protocol frames them. Source: gitprotocol-common in Git's documentation. */
export const flushLine = '0000';
export const delimiterLine = '0001';

const longestLine = 65_520;

export function pktLine(text: string): string {
  const length = Buffer.byteLength(text) + 4;
  return length.toString(16).padStart(4, '0') + text;
}

/** What a line holds; undefined for one that only separates. */
export type Line = Buffer | undefined;

/** Git answered, and refused: such as an object that it does not have. */
export class GitRefusal extends Error {
  override readonly name = 'GitRefusal';
}

/**
 * @throws GitRefusal for what the server refuses; another error where the bytes
 * end inside of a line or without a separator: the answer broke off.
 */
export function readLines(bytes: Buffer): Line[] {
  const lines: Line[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 4), 16);
    const isSeparator = length < 4;
    const end = at + (isSeparator ? 4 : length);
    if (!(length <= longestLine) || end > bytes.length) {
      throw new Error('The answer of the Git server broke off');
    }
    const line = isSeparator ? undefined : bytes.subarray(at + 4, end);
    // With it the server ends, also where a hash, a status or a band would stand.
    if (line?.toString('latin1', 0, 4) === 'ERR ') {
      throw new GitRefusal(lineText(line.subarray(4)));
    }
    lines.push(line);
    at = end;
  }
  // The last one is always a separator.
  if (lines.length === 0 || lines.at(-1) !== undefined) {
    throw new Error('The answer of the Git server broke off');
  }
  return lines;
}

export function lineText(line: Buffer): string {
  return line.toString('utf8').replace(/\n$/, '');
}
