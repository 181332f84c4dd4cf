import type { JsonObject } from '@backstage/types';

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

/** What a replica is told. */
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
}

/** Where a replica takes events, once it does. */
export interface ReplicaDoor {
  url: string;
  headers: Record<string, string>;
}

/** What a replica says. */
export type ReplicaNews =
  | { door: ReplicaDoor }
  /** An answer that was thrown away, or a call that was made twice. */
  | { fault: 'lost' | 'doubled' };
