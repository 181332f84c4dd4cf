/** What a command tells the shell. */
export const exitCodes = {
  fine: 0,
  /** A problem was found, or a test failed. */
  found: 1,
  /** The command could not do its work: no such file, or one it cannot read. */
  unable: 2,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The user can mend it: told as one sentence, without a stack. */
export class UserError extends Error {}
