import { recovered } from '../chaosReport';
import { isCleanBus, type BusResult } from './busResult';

const clean: BusResult = {
  ...{ database: 'postgres', replicas: 3, accepted: 300 },
  ...{ lost: 0, duplicated: 0, outOfOrder: 0, faults: { kill: 20 } },
  ...{ leftOut: {}, ends: { applied: 300 }, notPlanned: [], problems: 0 },
  ...{ recoveries: 20, recoverySeconds: { p50: 1, max: 6 } },
  ...{ fsck: 'clean', chain: 'intact', applied: 'same' },
};
const restored = {
  ...{ startsStopped: true, writtenWhileStopped: 0 },
  ...{ gone: 40, asked: 0, doubled: 0, setBack: 0 },
};

describe('isCleanBus', () => {
  it.each<[boolean, Partial<BusResult>]>([
    [true, {}],
    [false, { lost: 1 }],
    [false, { ends: { applied: 299, failed: 1 } }],
    [true, { ends: { applied: 200, superseded: 100 } }],
    [false, { recoverySeconds: { p50: 1, max: 10 } }],
    [false, { faults: { kill: 20, stall: 3, notTakenOver: 1 } }],
    [false, { faults: { kill: 20, loss: 1, notGoneOn: 1 } }],
    [true, { faults: { kill: 20, stall: 3, loss: 1 } }],
    [true, { faults: { kill: 20, quorum: 1, quorumRefused: 9 } }],
    [false, { faults: { kill: 20, quorum: 1 } }],
    [
      false,
      { faults: { kill: 20, quorum: 1, quorumRefused: 9, quorumAccepted: 1 } },
    ],
    [
      false,
      {
        faults: { kill: 20, quorum: 1, quorumRefused: 9, quorumUnexplained: 1 },
      },
    ],
    [false, { faults: { kill: 21 } }],
    [false, recovered([])],
    [true, { ...recovered([]), faults: { kill: 0 } }],
    [true, { restore: restored }],
    [false, { restore: { ...restored, startsStopped: false } }],
    [false, { restore: { ...restored, writtenWhileStopped: 1 } }],
    [false, { restore: { ...restored, doubled: 1 } }],
    [false, { restore: { ...restored, setBack: 1 } }],
    [false, { restore: { ...restored, asked: 1 } }],
    [
      true,
      { restore: { ...restored, asked: 1 }, faults: { kill: 20, diskFull: 1 } },
    ],
    [false, { restore: restored, broker: 'Kafka' }],
    [true, { restore: { ...restored, gone: 0 }, broker: 'Kafka' }],
  ])('is %s for %j', (expected, changed) => {
    expect(isCleanBus({ ...clean, ...changed })).toBe(expected);
  });
});
