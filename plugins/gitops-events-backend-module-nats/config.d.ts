export interface Config {
  gitopsEvents?: {
    /** The event bus `nats`: name it in `gitopsEvents.bus.kind`. */
    nats?: {
      /** Servers to begin with, as host and port: `nats-1.example:4222`. */
      servers: string[];
      /** What we are called in the logs of the servers. Default `gitops-events`. */
      name?: string;
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
            /** What the certificate calls the server. Needed where `servers` has addresses instead of names. */
            servername?: string;
            /** Where the servers have `handshake_first`. */
            handshakeFirst?: boolean;
          };
      /** Who we are: one of them; with `user` goes `password`. */
      auth?: {
        user?: string;
        /** @visibility secret */
        password?: string;
        /** @visibility secret */
        token?: string;
        /**
         * Seed of a user's nkey: `SU...`.
         * @visibility secret
         */
        nkeySeed?: string;
        /**
         * The text of a file of credentials: a JWT and its seed.
         * @visibility secret
         */
        credentials?: string;
      };
      /** Streams of their own for events of some types; what matches none goes to the default one. */
      streams?: Array<{
        /** `git-events`: its partitions are the streams `git-events-0`, `git-events-1`, ... */
        stream: string;
        /** CloudEvents types; a trailing `*` matches any rest. */
        types: string[];
        partitions?: number;
      }>;
      /** Default `gitops-events`. */
      defaultStream?: string;
      /** Default 3. */
      partitions?: number;
      /** Replicas of streams that are created. Default 3 in a cluster, else 1. */
      replicas?: number;
      /** Bytes that each partition that is created may hold: when it is full, events are refused. Default 1 GiB. */
      maxBytes?: number;
      /** Days that events stay after they were taken in, while a stream is less than half full. Default 7. */
      retentionDays?: number;
    };
    sources?: {
      [name: string]: {
        /** Of the kind `nats`: a stream that others fill. */
        stream?: string;
        /** Those of its subjects that are wanted, with wildcards: `orders.*.placed`, `orders.>`. Default: all. Several need NATS 2.10. */
        subjects?: string[];
        /** Servers to begin with; default: those of `gitopsEvents.nats`, with all that is said there about the connection. */
        servers?: string[];
        /** What we are called in the logs of the servers. Default `gitops-events`. */
        name?: string;
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
              /** What the certificate calls the server. Needed where `servers` has addresses instead of names. */
              servername?: string;
              /** Where the servers have `handshake_first`. */
              handshakeFirst?: boolean;
            };
        /** Who we are: one of them; with `user` goes `password`. */
        auth?: {
          user?: string;
          /** @visibility secret */
          password?: string;
          /** @visibility secret */
          token?: string;
          /**
           * Seed of a user's nkey: `SU...`.
           * @visibility secret
           */
          nkeySeed?: string;
          /**
           * The text of a file of credentials: a JWT and its seed.
           * @visibility secret
           */
          credentials?: string;
        };
      };
    };
  };
}
