import path from 'node:path';
import knexFactory, { type Knex } from 'knex';
import type { BenchRoom } from '../environment/benchRoom';
import type { ReplicaStart } from './replicaMessages';

type ChaosDatabase = ReplicaStart['database'];

/**
 * A new database for replicas.
 *
 * @param file - how its file is called on SQLite
 */
export async function chaosDatabase(
  room: BenchRoom,
  name: string,
  file = name,
): Promise<ChaosDatabase> {
  if (!room.postgres) {
    return {
      ...{ client: 'better-sqlite3', directory: room.folder },
      filename: path.join(room.folder, `${file}.sqlite`),
    };
  }
  const url = await room.postgres.createDatabase(name);
  return { client: 'pg', url, connection: room.postgres.connection };
}

/** Looks only; on SQLite it could not write if it wanted to. */
export function observer(room: BenchRoom, database: ChaosDatabase): Knex {
  const knex = knexFactory(
    database.client === 'pg'
      ? { client: 'pg', connection: database.url, pool: { min: 0, max: 3 } }
      : {
          client: 'better-sqlite3',
          connection: {
            filename: database.filename,
            options: { readonly: true },
          } as never,
          useNullAsDefault: true,
        },
  );
  room.atEnd(() => knex.destroy());
  return knex;
}
