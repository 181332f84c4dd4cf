export interface Config {
  gitopsEvents?: {
    /** The change host `gitlab`. Its credentials are those of `integrations.gitlab`. */
    gitlab?: {
      /** Seconds that one step at GitLab may take, all of its requests together. Default 10. */
      timeoutSeconds?: number;
      /**
       * The secret token of the webhook at GitLab. Without it, webhooks are refused.
       * @visibility secret
       */
      webhookSecret?: string;
      /** What we allow ourselves, all replicas together. What GitLab says of its own limits is obeyed besides. */
      limits?: {
        /** Requests that make or change something. Default 200. */
        writesPerMinute?: number;
      };
    };
  };
}
