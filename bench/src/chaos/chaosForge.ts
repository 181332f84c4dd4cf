import {
  crashPoints,
  type CrashPoint,
} from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import { foldersOf, repository } from '../ours/spineConfig';
import type { BenchRoom } from '../environment/benchRoom';
import { startGithub } from '../forge/startGithub';
import type { RequestCount } from '../forge/unreliableProxy';
import { readLocalPulls, type HistoryPull } from './history';
import type { ReplicaForge } from './replicaMessages';

/** Of all calls or requests, how many lose their answer, and how many are made twice. */
const SHARE = { lost: 0.05, doubled: 0.05 };

/** Where the changes of a chaos run go, and what can be seen there from outside. */
export interface ChaosForge {
  name: 'local' | 'github';
  /** As a sensor names it. */
  repository: string;
  /** The bare repository that all ends up in. */
  bare: string;
  /** What a replica is told of it. */
  forReplica: ReplicaForge;
  /** Where replicas of it come past. */
  points: readonly CrashPoint[];
  /** How long a replica may need to come past a named point, in milliseconds. */
  patienceMs: number;
  /** Pause of each sender for an event, in milliseconds: what is accepted has to be written as well. */
  pauseMs: number;
  /** From now on answers come, once. */
  calm(): Promise<void>;
  pulls(): Promise<HistoryPull[]>;
  /** Where requests can be seen on their way. */
  requests(): Promise<RequestCount | undefined>;
  /** What was said that the forge does not know, in sentences. */
  problems(): Promise<string[]>;
}

export async function chaosForge(
  room: BenchRoom,
  name: ChaosForge['name'],
): Promise<ChaosForge> {
  return name === 'local' ? localForge(room) : githubForge(room);
}

/** It is a part of the replica, so that each replica fails on its own, to the end. */
function localForge(room: BenchRoom): ChaosForge {
  const { bare } = foldersOf(room.folder);
  return {
    ...{ name: 'local', repository, bare, patienceMs: 6_000, pauseMs: 500 },
    points: crashPoints.filter(at => at !== 'intake'),
    forReplica: { name: 'local', share: SHARE },
    calm: async () => {},
    pulls: () => readLocalPulls(bare),
    requests: async () => undefined,
    problems: async () => [],
  };
}

async function githubForge(room: BenchRoom): Promise<ChaosForge> {
  const github = await startGithub(room, {
    ...{ limited: false, share: SHARE },
    seed: foldersOf(room.folder).seed,
  });
  const { repository: url, bare, integration } = github;
  return {
    ...{ name: 'github', repository: url, bare },
    ...{ patienceMs: 20_000, pauseMs: 1_500 },
    // Its objects are made over there, by requests; random kills fall between those.
    points: crashPoints.filter(at => at !== 'objects' && at !== 'intake'),
    forReplica: { name: 'github', repository: url, integration },
    async calm() {
      await github.calm();
    },
    pulls: async () => (await github.look()).pulls,
    requests: async () => (await github.look()).count,
    problems: async () => (await github.look()).problems,
  };
}
