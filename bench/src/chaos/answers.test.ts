import { kindOf } from './answers';

const answer = (status: number, headers = {}) => ({
  ...{ status, headers: new Headers(headers) },
});

describe('kindOf', () => {
  it.each([
    ['accepted', answer(202)],
    ['refused', answer(503, { 'retry-after': '1' })],
    ['unexplained', answer(503)],
    ['unexplained', answer(500, { 'retry-after': '1' })],
    ['unexplained', answer(200)],
    ['unanswered', undefined],
  ])('is %s for %j', (expected, response) => {
    expect(kindOf(response)).toBe(expected);
  });
});
