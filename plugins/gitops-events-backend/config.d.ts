export interface Config {
  /** GitOps Events. Closed by default: what is not granted here is refused. */
  gitopsEvents?: {
    /**
     * What "accepted" must mean. `disk`, the default: synced to disk, else the
     * start is refused. `relaxed` allows a database in memory or without sync.
     */
    durability?: 'disk' | 'relaxed';
    /** What events go through before they are in the database. */
    bus?: {
      /**
       * `embedded`, the default: nothing. Others are brought by modules, such as
       * `kafka` and `nats`, which buffer events while the database is down.
       */
      kind?: string;
      /** Allows a broker that could lose what it acknowledged, such as one alone. */
      durability?: 'relaxed';
    };
    /**
     * Who may bring which events. A source pattern belongs to exactly one
     * ingress; overlaps are refused at start.
     */
    ingresses?: {
      [name: string]: {
        /**
         * `plugin:scaffolder`, `external:registry`, `user:default/*`, or
         * `user:default/* via plugin:scaffolder`.
         */
        principals: string[];
        /** CloudEvents sources; a trailing `*` matches any rest. */
        sources: string[];
        /** CloudEvents types; a trailing `*` matches any rest. */
        types: string[];
        /** Entities its events and their runs may name; a trailing `*` matches any rest. None by default. */
        entities?: string[];
        /**
         * Partitions of its own; more of them decide in parallel. Default 1.
         * Another number moves keys to other partitions: let what was accepted
         * be decided first where its order matters.
         */
        partitions?: number;
        /** Events a minute that it takes through each replica; more are answered with 429. Default: as many as each principal may send. */
        eventsPerMinute?: number;
        /** Events of it that may wait to be decided; more are answered with 503. Default 5000000. */
        maxUndecided?: number;
        /**
         * The same for each principal of it, so that one that floods leaves room
         * for those beside it. Who is beyond its own limit takes nothing from theirs.
         */
        perPrincipal?: {
          /** Events a minute of one principal through each replica; more are answered with 429. Default: no limit of its own. */
          eventsPerMinute?: number;
          /** Events of one principal that may wait to be decided; more are answered with 503. Default: no limit of its own. */
          maxUndecided?: number;
        };
        /**
         * Where its events name the commit that they are about, such as
         * `data.build.commit`, beside the attribute `commit` and what GitHub and
         * GitLab send. An event about a commit of ours is not offered to the sensor
         * that made it.
         */
        commits?: string[];
      };
    };
    /**
     * Event sources that are pulled: what others keep for a while, such as a
     * topic. Modules bring their kinds, with further keys.
     */
    sources?: {
      /** At most 63 lower-case letters, digits, dashes and dots. It brings its events as `source:<name>`. */
      [name: string]: {
        /** Such as `kafka` and `nats`. */
        kind: string;
        /**
         * The one ingress that it feeds: its sources, types, entities and limits
         * apply. It needs no entry under `principals` there.
         */
        ingress: string;
        /** Where a topic begins that was never read and is there already. Default `latest`. */
        start?: 'latest' | 'earliest';
        /**
         * CEL expressions that make an event of a message, over `key`, `value` (JSON
         * where it is that, else text), `headers`, `topic`, `partition`, `offset`
         * and `timestamp` (milliseconds). Without it messages are CloudEvents, in
         * binary or structured mode.
         */
        map?: {
          type: string;
          source: string;
          /** Default: its place and time, such as `orders/0/17@1763800000000`. */
          id?: string;
          subject?: string;
          /** RFC 3339, or milliseconds. Default: the time of the message. */
          time?: string;
          /** Default: the key of the message. */
          partitionKey?: string;
          entityRef?: string;
          /** Becomes JSON. Default: the bytes of the message. */
          data?: string;
        };
        /** Messages that were refused and wait for a person; beyond, the source waits too. Default 1000. */
        maxRefused?: number;
        /** How many bytes they take at most; beyond, the source waits as well. Default 67108864. */
        maxRefusedBytes?: number;
      };
    };
    /** What each owner's sensors may do at most. */
    boundaries?: Array<{
      /** Entity reference of the owner: `group:default/platform`. */
      owner: string;
      ingresses: string[];
      actions: string[];
      repositories: Array<{
        /** `local:deployments`, or the URL of a repository; a trailing `*` matches any rest. */
        repo: string;
        branches: string[];
        /** Paths that may change: `environments/` and all below, or an exact file. */
        paths: string[];
      }>;
      /** Where its sensors may take templates from, beside what they may change. None by default. */
      reads?: Array<{
        /** `local:templates`, or the URL of a repository; a trailing `*` matches any rest. */
        repo: string;
        branches: string[];
        /** `service/` and all below. */
        paths: string[];
      }>;
      /** Environments that its runs may name; `*` for all. */
      environments?: string[];
      /** Secrets that its steps may be given; `*` for all. None by default. */
      secrets?: string[];
      /** Whether its changes may merge themselves. Default false. */
      merge?: boolean;
      /**
       * Whether a step may say `merge: { direct: true }`: what may merge itself is
       * then committed to its base without a pull request. Default false.
       */
      direct?: boolean;
    }>;
    /**
     * What `${{ secrets.name }}` stands for in inputs that their action marks for
     * a secret. Best taken from `$env` or `$file`; a value that changes is used
     * from then on. At least 8 characters each.
     * @deepVisibility secret
     */
    secrets?: { [name: string]: string };
    /** Where things land, by environment. */
    targets?: {
      [environment: string]: {
        class: 'dev' | 'staging' | 'production';
        /** The most that a sensor may do here. Default `propose`. */
        mode?: 'observe' | 'propose' | 'auto';
        /**
         * People who have to approve each change to it, from 1 to 10; with it none
         * merges itself. Who asked for a change is none of them.
         */
        approvals?: number;
        /** When runs may not begin here: they wait until it is over. Changes take effect without a restart. */
        freeze?: Array<{
          /** `2026-12-20T18:00`, or a date for its whole day. */
          from: string;
          /** Likewise; a date alone is frozen to its end. */
          to: string;
          /** Of the IANA database, such as `Europe/Berlin`. Default `UTC`. */
          timeZone?: string;
          /** Shown to who waits. */
          reason: string;
        }>;
      };
    };
    /**
     * Checks on each proposed change, in CEL over `event`, `events`, `run` (sensor,
     * owner, entity, target, mode) and `change` (repository, base, sensor, owner,
     * target, mode, additions, deletions, size, and files with path, kind,
     * additions, deletions, size, content, documents). See docs/policies.md.
     */
    policies?: Array<{
      name: string;
      /** Judge only where this is true. */
      when?: string;
      /**
       * The change is denied where this is true. An expression that fails lets
       * nothing merge and is tried again. Give this or `review`.
       */
      deny?: string;
      /** People have to approve the change where this is true. */
      review?: string;
      /** How many of them, from 1 to 10. Default 1. */
      approvals?: number;
      /** A sentence that says what to mend. */
      message: string;
    }>;
    /**
     * Places whose changes a person has to approve, beside pipelines, code owners
     * and what grants rights: `clusters/production/` and all below, or a file name
     * in any folder. A boundary that names the very place is a grant.
     */
    protectedPaths?: string[];
    /** How rendered files are looked at beside: YAML and JSON always have to parse. */
    validation?: {
      /**
       * A folder of JSON Schemas of Kubernetes kinds, named as kubeconform reads
       * them: `deployment-apps-v1.json`, or `argoproj.io/application_v1alpha1.json`.
       * A kind without one passes with a note.
       */
      kubernetesSchemas?: string;
      /** Tools that have to take a changed folder, where they are on PATH. */
      tools?: Array<{
        tool: 'kustomize' | 'helm' | 'terraform';
        /** `local:deployments`, or the URL of a repository; a trailing `*` matches any rest. */
        repo: string;
        /** Each is tried by itself: an overlay, a chart, a module. */
        folders: string[];
        /** What they read besides, such as the bases of overlays. */
        reads?: string[];
      }>;
    };
    /** The most that one change may come to; what is more is denied. */
    changeLimits?: {
      /** Default 300. */
      files?: number;
      /** Added and taken away. Default 20000. */
      lines?: number;
      /** Of all its files after the change. Default 10485760. */
      bytes?: number;
    };
    /**
     * Where sensors are read from: folders, files or URLs (UrlReader). On a first
     * start events wait until each was read, or could not be read three times.
     */
    sensors?: {
      locations?: Array<{ folder?: string; url?: string }>;
      /** Seconds between two readings. Default 30. */
      refreshSeconds?: number;
    };
    /** The change host `local`: bare repositories on this machine's disk. */
    local?: {
      directory?: string;
      /** Made at start where they are missing, with the files of `seed`. */
      repositories?: Array<{ name: string; seed?: string; branch?: string }>;
      /** Signs each commit with an SSH key, as git does with `gpg.format=ssh`. Give one of the two. */
      signing?: {
        /** A private key without a passphrase. */
        keyFile?: string;
        /**
         * The key itself, best taken from `$env` or `$file`.
         * @visibility secret
         */
        key?: string;
      };
    };
    /** Where and how often the heads of the chain of digests are anchored; see docs/audit.md. */
    audit?: {
      /**
       * A bare repository on this machine's disk, made where it is missing.
       * Default `gitops-events-audit.git` beside those of the host `local`.
       */
      repository?: string;
      /** Seconds between two anchors, where something was decided. Default 60. */
      everySeconds?: number;
      /** So many new rows of the chain make one due at once. Default 1000. */
      rows?: number;
    };
    /** The sync tracker `directory`: merged commits copied to a folder. */
    directory?: {
      applications?: Array<{
        name: string;
        repo: string;
        branch?: string;
        /** Path within the repository. Default the whole. */
        path?: string;
        /** Folder that receives the files. */
        folder: string;
      }>;
    };
    /** Pull requests that nobody decides about. */
    stale?: {
      /** Days until it is reminded of, on the pull request and the timeline. Default 7. */
      remindAfterDays?: number;
      /** Days until it is closed with a comment; its runs end discarded. Default 14. */
      closeAfterDays?: number;
    };
    /** Newer runs of a change key, while what it wrote before is being applied. */
    syncing?: {
      /**
       * Seconds after its merge that they wait for its sync at most; 0: not at all.
       * Default 60.
       */
      waitSeconds?: number;
    };
    /** Bounds; each is told in the error that it causes. */
    limits?: {
      /** Bytes of one event's payload. Default 262144. */
      eventBytes?: number;
      /** Bytes of one request. Default 1048576. */
      requestBytes?: number;
      /** Events in one batch. Default 1000. */
      batchEvents?: number;
      /**
       * Events that one principal may send to one replica a minute, and at once;
       * more are answered with 429 and when to come again. Default 120000.
       */
      eventsPerMinute?: number;
      /** Milliseconds that one expression or template may take. Default 250. */
      expressionMs?: number;
      /** Heap of the thread that evaluates, in MiB. Default 128. */
      expressionHeapMb?: number;
      /**
       * Keys that one sensor may remember at a time: of windows, `dedupe` and
       * `rateLimit`; and as many again in each replay of it. What needs more is
       * held. Default 250000.
       */
      sensorKeys?: number;
    };
    /**
     * How long what is no longer needed is kept. Nothing goes while it is held,
     * waits or is under way; see docs/operations.md.
     */
    retention?: {
      /** Days that payloads of events are kept. Default 30. */
      payloadDays?: number;
      /**
       * Days that an event is known by its source and id, at least as long as
       * `payloadDays`; sensors may not remember longer. Default 35.
       */
      identityDays?: number;
      /** Days that it is kept what a sensor said that did not fire. Default 14. */
      decisionDays?: number;
      /** Days from their end that runs and changes are kept with their timeline. Default 400. */
      timelineDays?: number;
      /**
       * Days after a replay's end, and after the end of each of its runs, until it
       * and what it found are removed. Default 14.
       */
      replayDays?: number;
      /**
       * Days that what came through a broker and is no event is kept, for
       * somebody to look at. Default 30.
       */
      leftoverDays?: number;
    };
    /** Identity in commits. */
    author?: { name?: string; email?: string };
  };
}
