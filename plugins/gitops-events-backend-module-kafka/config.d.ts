export interface Config {
  gitopsEvents?: {
    /** The event bus `kafka`: name it in `gitopsEvents.bus.kind`. */
    kafka?: {
      /** Brokers to begin with: `kafka-1.example:9092`. */
      brokers: string[];
      /** What we are called in the logs and quotas of the brokers. Default `gitops-events`. */
      clientId?: string;
      /** True, or what differs from the certificates of the machine. */
      tls?:
        | boolean
        | {
            /** PEM. */
            ca?: string;
            /** PEM. */
            cert?: string;
            /**
             * PEM.
             * @visibility secret
             */
            key?: string;
            servername?: string;
          };
      sasl?: {
        mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512' | 'oauthbearer';
        username?: string;
        /** @visibility secret */
        password?: string;
        /** For `oauthbearer`: where a token is asked for with the client credentials grant. */
        tokenUrl?: string;
        clientId?: string;
        /** @visibility secret */
        clientSecret?: string;
        scope?: string;
      };
      /** Topics of their own for events of some types; what matches none goes to the default topic. */
      topics?: Array<{
        topic: string;
        /** CloudEvents types; a trailing `*` matches any rest. */
        types: string[];
        /** Where it has to be created. */
        partitions?: number;
      }>;
      /** Default `gitops-events`. */
      defaultTopic?: string;
      /** Partitions of topics that are created. Default 3. */
      partitions?: number;
      /** Replicas of topics that are created. Default 3, of which 2 have to confirm. */
      replicas?: number;
      /** Days that topics that are created keep events: the longest that the database may be away. Default 7. */
      retentionDays?: number;
    };
    sources?: {
      [name: string]: {
        /** Of the kind `kafka`: topics that others write to. */
        topics?: string[];
        /** Brokers to begin with; default: those of `gitopsEvents.kafka`, with all that is said there about the connection. */
        brokers?: string[];
        /** What we are called in the logs and quotas of the brokers. Default `gitops-events`. */
        clientId?: string;
        /** True, or what differs from the certificates of the machine. */
        tls?:
          | boolean
          | {
              /** PEM. */
              ca?: string;
              /** PEM. */
              cert?: string;
              /**
               * PEM.
               * @visibility secret
               */
              key?: string;
              servername?: string;
            };
        sasl?: {
          mechanism:
            'plain' | 'scram-sha-256' | 'scram-sha-512' | 'oauthbearer';
          username?: string;
          /** @visibility secret */
          password?: string;
          /** For `oauthbearer`: where a token is asked for with the client credentials grant. */
          tokenUrl?: string;
          clientId?: string;
          /** @visibility secret */
          clientSecret?: string;
          scope?: string;
        };
      };
    };
  };
}
