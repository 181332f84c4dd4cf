import { createBackend } from '@backstage/backend-defaults';
import type { BackendFeature } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';
import type { BenchRoom } from '../environment/benchRoom';
import { freePort, type PostgresServer } from '../environment/postgresServer';

const token = 'a-token-of-the-benchmark-that-nobody-else-knows';

/** A Backstage backend as it is in production, without pages: same stack, real authentication. */
export interface HeadlessBackend {
  url: string;
  headers: Record<string, string>;
}

/** Its PostgreSQL; without one it keeps SQLite files in its folder. */
interface ServerOf {
  postgres: Pick<PostgresServer, 'connection'> | undefined;
}

export async function headlessBackend(
  room: Pick<BenchRoom, 'folder' | 'atEnd'> & ServerOf,
  options: {
    features: Array<BackendFeature | Promise<{ default: BackendFeature }>>;
    config: JsonObject;
  },
): Promise<HeadlessBackend> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const backend = createBackend();
  backend.add(
    mockServices.rootConfig.factory({
      data: {
        app: { baseUrl: url },
        backend: {
          baseUrl: url,
          listen: { host: '127.0.0.1', port },
          database: databaseOf(room),
          logger: { level: 'error' },
          auth: {
            externalAccess: [
              {
                type: 'static',
                options: { token, subject: 'external:registry' },
              },
            ],
          },
        },
        ...options.config,
      },
    }),
  );
  for (const feature of options.features) backend.add(feature);
  await backend.start();
  room.atEnd(() => backend.stop());
  return { url, headers: { authorization: `Bearer ${token}` } };
}

function databaseOf({
  postgres,
  folder,
}: Pick<BenchRoom, 'folder'> & ServerOf): JsonObject {
  return postgres
    ? { client: 'pg', connection: postgres.connection }
    : { client: 'better-sqlite3', connection: { directory: folder } };
}
