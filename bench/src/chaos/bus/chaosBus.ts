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
  /** Starts its real server; undefined: events go straight into the database. */
  startBroker?(room: BenchRoom): Promise<ChaosBroker>;
}

/** A real broker, held by the harness. */
export interface ChaosBroker {
  /** What a replica connects with, from its own process. */
  settings: JsonObject;
  /** Which server, and what its acknowledgement is worth, for people. */
  about: string;
  /** The line that all replicas reach it by. */
  line: TcpProxy;
  /** As a crash does; returns when it is gone. */
  kill(): Promise<void>;
  /** On what it had; returns when it answers. */
  start(): Promise<void>;
}
