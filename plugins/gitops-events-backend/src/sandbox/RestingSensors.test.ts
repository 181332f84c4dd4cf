import { RestingSensors } from './RestingSensors';

describe('RestingSensors', () => {
  it('rests after three overruns, for a minute, then after each', () => {
    let now = 0;
    const resting = new RestingSensors(() => now);
    resting.add(7);
    resting.add(7);
    resting.add(8);
    expect([...resting.places()]).toEqual([]);
    resting.add(7);
    expect([...resting.places()]).toEqual([7]);
    now = 59_999;
    expect([...resting.places()]).toEqual([7]);
    now = 60_000;
    expect([...resting.places()]).toEqual([]);
    resting.add(7);
    expect([...resting.places()]).toEqual([7]);
  });
});
