import path from 'node:path';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type {
  LoggerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { z } from 'zod';
import { Extensions } from '../extensions';
import { temporaryFolder } from '../git/__testUtils__/gitCommand';
import { createService, type Service } from '../service';
import type { Database } from '../store/database';
import type { testDatabases } from '../store/testDatabases';
import { testConfig } from './testConfig';
import { silentLogger } from './testLogger';

type More = Partial<Pick<Parameters<typeof createService>[0], 'whyUnreadable'>>;

/** A whole service, without its doors. */
export interface Replica {
  service: Service;
  /** Ids of the runs whose action it called. */
  ran: string[];
  logger: jest.Mocked<LoggerService>;
  /** The name of its connections to PostgreSQL. */
  name: string;
  /** As `kill -9` would: what it has open is rolled back, and it gives nothing back. */
  die(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Services on one PostgreSQL, as replicas are, with one folder of sensors. Their
 * steps may use the action `test:note`, which tells whose it was.
 */
export class Replicas {
  private readonly all: Replica[] = [];

  private constructor(
    private readonly databases: ReturnType<typeof testDatabases>,
    readonly database: Database,
    private readonly folder: string,
  ) {}

  static async on(
    databases: ReturnType<typeof testDatabases>,
  ): Promise<Replicas> {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'sensors'));
    return new Replicas(databases, await databases.open('postgres'), folder);
  }

  /** Writes a sensor `note` of the one ingress there is, and has each replica read it soon. */
  async sensor(
    spec: string,
    steps = "[{ id: note, action: 'test:note' }]",
  ): Promise<void> {
    await writeFile(
      path.join(this.folder, 'sensors/note.yaml'),
      `apiVersion: gitops-events.io/v1alpha1
kind: Sensor
metadata: { name: note, owner: 'group:default/platform' }
spec:
  mode: auto
  dependencies: [{ name: came, ingress: test, type: test.event }]
  steps: ${steps}
  ${spec}
`,
    );
    await Promise.all(
      this.all.map(({ service }) => service.lookAgain().catch(() => {})),
    );
  }

  async start(more: More = {}): Promise<Replica> {
    const { databases, database, folder } = this;
    const name = `replica ${this.all.length + 1}`;
    const knex = databases.again(database, { connections: 20, name });
    const ran: string[] = [];
    const extensions = new Extensions();
    extensions.addAction({
      id: 'test:note',
      description: 'Notes that it was called.',
      input: z.object({}),
      safety: 'key',
      run: async ({ runId }) => {
        ran.push(runId);
        return { outcome: 'done' };
      },
    });
    const logger = silentLogger();
    const service = await createService({
      config: {
        ...testConfig,
        sensors: {
          locations: [{ folder: path.join(folder, 'sensors') }],
          refreshSeconds: 3_600,
        },
        local: { directory: path.join(folder, 'git'), repositories: [] },
        audit: {
          ...testConfig.audit,
          repository: path.join(folder, 'audit.git'),
        },
      },
      database: { getClient: async () => knex },
      // Sensors are read from a folder.
      urlReader: {} as UrlReaderService,
      extensions,
      logger,
      ownersOf: async () => new Map(),
      ...more,
    });
    await service.start();
    let stopping: Promise<void> | undefined;
    const replica: Replica = {
      ...{ service, ran, logger, name },
      die: async () => {
        knex.client.acquireConnection = async () => {
          throw new Error('This replica is dead.');
        };
        await database.knex.raw(
          'select pg_terminate_backend(pid) from pg_stat_activity where application_name = ? and datname = current_database()',
          [name],
        );
      },
      stop: () => (stopping ??= service.stop()),
    };
    this.all.push(replica);
    return replica;
  }

  /** Events of the ingress, as many as asked for. */
  events(count: number) {
    return Array.from({ length: count }, () =>
      incomingEvent({
        ...{ ingress: 'test', source: '/test', type: 'test.event' },
      }),
    );
  }

  /**
   * The replica that waits for a lock in such a statement.
   *
   * @param statement - as `ilike` takes it
   */
  async waitsIn(statement: string): Promise<Replica | undefined> {
    const { rows } = await this.database.knex.raw(
      `select application_name as name from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query ilike ?`,
      [statement],
    );
    return this.all.find(({ name }) => name === rows[0]?.name);
  }

  /** Stops all that are left. */
  async end(): Promise<void> {
    // Who died has nothing to give back any more.
    await Promise.all(this.all.map(replica => replica.stop().catch(() => {})));
    await rm(this.folder, { recursive: true });
  }
}
