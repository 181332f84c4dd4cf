/** What taking one edit back came to. */
export type TakenBack =
  | {
      outcome: 'back';
      text: string;
      /** Where it stood, and what stood there. */
      path: string;
      now: unknown;
    }
  /** The file says so already. */
  | { outcome: 'already' }
  /** Somebody changed it since, to this. */
  | { outcome: 'conflict'; now: unknown };
