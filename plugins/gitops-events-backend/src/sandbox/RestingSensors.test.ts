import { RestingSensors } from './RestingSensors';

const seven = { name: 'seven', revision: 1 };
const eight = { name: 'eight', revision: 1 };
const minute = 60_000;

describe('RestingSensors', () => {
  let now = 0;
  let resting: RestingSensors;
  beforeEach(() => {
    now = 0;
    resting = new RestingSensors(() => now);
  });
  const overrun = (times: number) => {
    for (let n = 0; n < times; n++) resting.add(seven);
  };

  it('rests after three overruns, for a minute, then after each', () => {
    overrun(2);
    resting.add(eight);
    expect(resting.has(seven)).toBe(false);
    overrun(1);
    expect(resting.has(seven)).toBe(true);
    expect([...resting.placesIn([eight, seven])]).toEqual([1]);
    now = minute - 1;
    expect(resting.has(seven)).toBe(true);
    now = minute;
    expect(resting.has(seven)).toBe(false);
    overrun(1);
    expect(resting.has(seven)).toBe(true);
  });

  it('knows nothing of another revision', () => {
    overrun(3);
    expect(resting.has({ ...seven, revision: 2 })).toBe(false);
  });

  it('forgets after an hour without one', () => {
    overrun(3);
    now = 60 * minute;
    overrun(2);
    expect(resting.has(seven)).toBe(false);
  });
});
