import { eventIdOf } from './eventId';

const step = { taskId: 'task', stepId: 'request', content: { name: 'a' } };

describe('eventIdOf', () => {
  it('is the same for each attempt of a step', () => {
    expect(eventIdOf({ ...step, content: { name: 'a' } })).toBe(
      eventIdOf(step),
    );
  });

  it.each([
    ['task', { taskId: 'other' }],
    ['step', { stepId: 'other' }],
    ['content', { content: { name: 'b' } }],
  ])('differs with the %s', (_, other) => {
    expect(eventIdOf({ ...step, ...other })).not.toBe(eventIdOf(step));
  });

  it('tells equal iterations apart by their key', () => {
    expect(eventIdOf({ ...step, key: '0' })).not.toBe(
      eventIdOf({ ...step, key: '1' }),
    );
  });
});
