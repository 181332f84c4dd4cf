import type { ChaosBus } from './chaosBus';
import { startKafka } from './kafka';
import { startNats } from './nats';

/** All of them are tried; `--bus NAME` tries one. */
export const buses: ChaosBus[] = [
  {
    ...{ name: 'sqlite', database: 'sqlite', replicas: 1 },
    ...{ quickKills: 20, notPlanned: ['intake'] },
  },
  {
    ...{ name: 'postgres', database: 'postgres', replicas: 3 },
    ...{ quickKills: 20, notPlanned: ['intake'] },
  },
  {
    ...{ name: 'kafka', database: 'postgres', replicas: 3 },
    ...{ quickKills: 4, notPlanned: [] },
    startBroker: startKafka,
  },
  {
    ...{ name: 'nats', database: 'postgres', replicas: 3 },
    ...{ quickKills: 4, notPlanned: [] },
    startBroker: startNats,
  },
];
