import type { JsonObject } from '@backstage/types';
import type { CrashPoint } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import type { ReplicaBus } from './bus/connectBroker';

/** Where the changes of a replica go. */
export type ReplicaForge =
  | {
      name: 'local';
      /** Of the calls that write: how many lose their answer, how many are made twice. */
      share: { lost: number; doubled: number };
    }
  | {
      name: 'github';
      repository: string;
      /** One of `integrations.github`. */
      integration: JsonObject;
    };

/** What a replica is told: to start, once; where to die; that a person lifts what stops it; to say the time. */
export interface ReplicaOrder {
  start?: ReplicaStart;
  crashAt?: { at: CrashPoint; nth: number };
  liftStops?: true;
  tellTime?: true;
}

/** What a replica starts on. */
export interface ReplicaStart {
  folder: string;
  database:
    | { client: 'better-sqlite3'; directory: string; filename: string }
    | {
        client: 'pg';
        url: string;
        connection: {
          host: string;
          port: number;
          user: string;
          password: string;
        };
      };
  forge: ReplicaForge;
  /** What stands before its log; undefined: nothing does. */
  bus?: ReplicaBus;
  /** Of the ingress in the log. Default 1. */
  partitions?: number;
}

/** Where a replica takes events, once it does. */
export interface ReplicaDoor {
  url: string;
  headers: Record<string, string>;
  /** Knows JSON, and nothing of CloudEvents. */
  plain?: boolean;
}

/** What a replica says. */
export type ReplicaNews =
  | { door: ReplicaDoor }
  /** By its own clock, in milliseconds since the epoch. */
  | { time: number }
  /** An answer that was thrown away, or a call that was made twice. */
  | { fault: 'lost' | 'doubled' };
