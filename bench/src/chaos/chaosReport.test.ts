import { isClean, recovered } from './chaosReport';

const clean = {
  ...{ database: 'sqlite', accepted: 300, faults: { kill: 3 } },
  ...{ lost: 0, duplicated: 0, outOfOrder: 0, problems: 0, notPlanned: [] },
  ...{ fsck: 'clean', chain: 'intact', applied: 'same' },
};

describe('isClean', () => {
  it.each([
    [true, [1, 9.9, 2]],
    [false, [1, 10, 2]],
    [false, [1, 2]],
    [false, []],
  ])('is %s where three were killed and it went on after %j s', (is, after) => {
    expect(isClean({ ...clean, ...recovered(after) })).toBe(is);
  });
});

describe('recovered', () => {
  it('says how often all went on, and how soon', () => {
    expect(recovered([1.234, 6.789, 1])).toEqual({
      ...{ recoveries: 3, recoverySeconds: { p50: 1.23, max: 6.79 } },
    });
  });

  it('has no times where nothing went on', () => {
    expect(recovered([])).toEqual({
      ...{ recoveries: 0, recoverySeconds: { p50: null, max: null } },
    });
  });
});
