import { follows } from './follows';

describe('follows', () => {
  it.each([
    ['.', 'a/b.yaml', true],
    ['apps/shop', 'apps/shop/values.yaml', true],
    ['apps/shop/', 'apps/shop/values.yaml', true],
    ['apps/shop', 'apps/shopping/values.yaml', false],
    ['apps/shop/values.yaml', 'apps/shop/values.yaml', true],
    ['apps', 'environments/a.yaml', false],
  ])('path %s, changed %s: %s', (path, changed, expected) => {
    expect(follows(path, changed)).toBe(expected);
  });
});
