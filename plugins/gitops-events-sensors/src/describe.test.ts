import { describeSensor } from './describe';
import { sensorOf } from './__testUtils__/sensorOf';

describe('describeSensor', () => {
  it('says what it listens to, what it does and what bounds it', () => {
    const sensor = sensorOf({
      mode: 'auto',
      dependencies: [
        {
          name: 'a',
          type: 'image.*',
          ingress: 'harbor',
          filter: 'event.n == 1',
        },
      ],
      dedupe: { key: 'event.id', for: '1h' },
      maxAge: '5m',
      priority: 'low',
      circuitBreaker: { failures: 3, per: 'entity', maxHold: '1h' },
      steps: [
        { id: 'bump', action: 'git:change', input: { repo: 'local:shop' } },
        { id: 'sync', action: 'sync:wait' },
        { id: 'tell', action: 'notify', if: 'event.n > 1' },
      ],
      onFailure: [{ id: 'undo', action: 'notify', retry: { attempts: 3 } }],
    });
    expect(describeSensor(sensor)).toEqual({
      title: 'shop',
      listensTo: ['image.… from harbor where event.n == 1'],
      does: [
        'bump: Changes local:shop, branch main',
        'sync: Waits until what it changed is applied and healthy, for at most 10m',
        'tell: Runs notify, only if event.n > 1',
      ],
      onFailure: [
        'undo: Runs notify, tried up to 3 times, first again after 1s',
      ],
      bounds: [
        'Merges by itself what the policies pass',
        'Once in 1h for the same event.id',
        'Only events up to 5m old',
        'After 3 failures of the same entity within 10m it waits for 15m, at most 1h, then one run tries',
        'Lets others go first when many runs are due',
      ],
    });
  });
});
