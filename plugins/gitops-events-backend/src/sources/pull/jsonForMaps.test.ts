import { jsonForMaps } from './jsonForMaps';

it('keeps apart whole numbers that JavaScript would round to one', () => {
  const text =
    '{"id": 1234567890123456789, "next":[1234567890123456790,-9007199254740993], "text": "1234567890123456789 \\" 1", "n": 9007199254740991, "f": 0.1234567890123456789, "e": 1e300}';
  expect(jsonForMaps(text)).toEqual({
    json: {
      id: '1234567890123456789',
      next: ['1234567890123456790', '-9007199254740993'],
      text: '1234567890123456789 " 1',
      n: 9007199254740991,
      f: 0.1234567890123456789,
      e: 1e300,
    },
  });
});

it('makes nothing of what is nested so deep that it could not be copied', () => {
  const nested = (depth: number) =>
    `${'['.repeat(depth)}"]]"${']'.repeat(depth)}`;
  expect(jsonForMaps(nested(64))).toHaveProperty('json');
  expect(jsonForMaps(nested(65))).toBe('tooDeep');
  expect(jsonForMaps(nested(50_000))).toBe('tooDeep');
});

it('leaves to be text what is no JSON', () => {
  expect(jsonForMaps('{"a": 1')).toBeUndefined();
  expect(jsonForMaps('1234567890123456789')).toEqual({
    json: '1234567890123456789',
  });
});
