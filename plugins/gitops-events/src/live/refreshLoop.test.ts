import { startRefreshLoop } from './refreshLoop';

/** A loader whose answers the test gives. */
function manualLoader() {
  const answers: (() => void)[] = [];
  let loads = 0;
  return {
    load: () => {
      loads += 1;
      return new Promise<void>(resolve => answers.push(resolve));
    },
    answer: async () => {
      answers.shift()!();
      await jest.advanceTimersByTimeAsync(0);
    },
    get loads() {
      return loads;
    },
  };
}

describe('startRefreshLoop', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('loads at once, then after each pause', async () => {
    const loader = manualLoader();
    const loop = startRefreshLoop({ load: loader.load, pause: () => 2_000 });
    expect(loader.loads).toBe(1);
    await loader.answer();
    await jest.advanceTimersByTimeAsync(1_999);
    expect(loader.loads).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(loader.loads).toBe(2);
    loop.stop();
  });

  it('answers a burst of nudges with one load after the jitter', async () => {
    const loader = manualLoader();
    const loop = startRefreshLoop({
      load: loader.load,
      pause: () => 5_000,
      random: () => 0.5,
    });
    await loader.answer();
    for (let nudge = 0; nudge < 10; nudge += 1) loop.nudge();
    await jest.advanceTimersByTimeAsync(74);
    expect(loader.loads).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(loader.loads).toBe(2);
    await loader.answer();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(loader.loads).toBe(2);
    loop.stop();
  });

  it('loads once more for nudges that came during a load', async () => {
    const loader = manualLoader();
    const loop = startRefreshLoop({ load: loader.load, pause: () => 60_000 });
    loop.nudge();
    loop.nudge();
    expect(loader.loads).toBe(1);
    await loader.answer();
    await jest.advanceTimersByTimeAsync(150);
    expect(loader.loads).toBe(2);
    await loader.answer();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(loader.loads).toBe(2);
    loop.stop();
  });

  it('asks nothing while nobody looks, and at once when somebody does', async () => {
    const loader = manualLoader();
    let visible = true;
    const loop = startRefreshLoop({
      load: loader.load,
      pause: () => 1_000,
      visible: () => visible,
    });
    await loader.answer();
    visible = false;
    await jest.advanceTimersByTimeAsync(60_000);
    loop.nudge();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(loader.loads).toBe(1);
    visible = true;
    loop.wake();
    expect(loader.loads).toBe(2);
    loop.stop();
  });

  it('leaves no timer behind', async () => {
    const loader = manualLoader();
    const loop = startRefreshLoop({ load: loader.load, pause: () => 1_000 });
    await loader.answer();
    loop.nudge();
    loop.stop();
    loop.nudge();
    loop.wake();
    expect(jest.getTimerCount()).toBe(0);
    expect(loader.loads).toBe(1);
  });
});
