export interface Config {
  gitopsEvents?: {
    /** The change host `github`. Its credentials are those of `integrations.github`. */
    github?: {
      /** Seconds that one step at GitHub may take, all of its requests together. Default 10. */
      timeoutSeconds?: number;
    };
  };
}
