import type { CrashPoint } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import type { JsonObject } from '@backstage/types';
import type { BenchRoom } from '../../environment/benchRoom';
import type { TcpProxy } from './tcpProxy';

/** A way from an acknowledgement into the log that chaos and bench try: one file, one line in `buses`. */
export interface ChaosBus {
  name: 'sqlite' | 'postgres' | 'kafka' | 'nats';
  database: 'sqlite' | 'postgres';
  replicas: number;
  /** Named points that are never passed with it. */
  notPlanned: readonly CrashPoint[];
  /** How often `--quick` kills. */
  quickKills: number;
  /**
   * Starts its real servers; undefined: events go straight into the database.
   *
   * @param one - a single one where it would be a cluster
   */
  startBroker?(room: BenchRoom, one?: 'one'): Promise<ChaosBroker>;
}

/** A real broker, held by the harness. */
export interface ChaosBroker {
  /** What a replica connects with, from its own process. */
  settings: JsonObject;
  /** Which servers, and what their acknowledgement is worth, for people. */
  about: string;
  servers: ChaosServer[];
}

/** One server of a broker. */
export interface ChaosServer {
  /** The line that all replicas reach it by. */
  line: TcpProxy;
  /** As a crash does; returns when it is gone. */
  kill(): Promise<void>;
  /** On what it had; returns when it answers. */
  start(): Promise<void>;
}
