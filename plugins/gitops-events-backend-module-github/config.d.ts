export interface Config {
  gitopsEvents?: {
    /** The change host `github`. Its credentials are those of `integrations.github`. */
    github?: {
      /** Seconds that one step at GitHub may take, all of its requests together. Default 10. */
      timeoutSeconds?: number;
      /**
       * Secret of the webhook of the App or repository; without it webhooks are refused.
       * @visibility secret
       */
      webhookSecret?: string;
      /** What we ask of GitHub at most, all replicas together. */
      limits?: {
        /** Requests that change something, by the credentials of one owner of repositories. Default 70; GitHub allows 80. */
        writesPerMinute?: number;
        /** Default 450; GitHub allows 500. */
        writesPerHour?: number;
        /** Into one repository. Default 6, as GitHub recommends. */
        pushesPerMinute?: number;
      };
    };
  };
}
