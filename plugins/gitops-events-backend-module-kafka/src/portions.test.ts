import { incomingEvent } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { portionsOf } from './portions';

it('cuts events into what a broker takes at once, in their order', () => {
  const sizes = [...Array(20).fill(100_000), 1_500_000, 10, 10];
  const events = sizes.map(size =>
    incomingEvent({ data: new Uint8Array(size) }),
  );
  const portions = portionsOf(events);
  expect(portions.map(({ length }) => length)).toEqual([7, 7, 6, 1, 2]);
  const ids = portions.flat().map(({ headers }) => headers!.ce_id);
  expect(ids).toEqual(events.map(({ id }) => id));
  expect(portionsOf([])).toEqual([]);
});
