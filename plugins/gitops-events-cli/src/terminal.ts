/** Where a command writes. @public */
export interface Terminal {
  /** A result: to stdout. */
  print(text: string): void;
  /** Why there is none: to stderr. */
  complain(text: string): void;
}

export const standardTerminal: Terminal = {
  print: text => process.stdout.write(`${text}\n`),
  complain: text => process.stderr.write(`${text}\n`),
};
