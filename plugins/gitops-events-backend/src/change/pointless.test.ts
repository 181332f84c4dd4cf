import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';
import { pointless } from './pointless';

const set = (file: string, ...paths: string[]): Edit => ({
  kind: 'yaml',
  file,
  set: Object.fromEntries(paths.map(path => [path, 1])),
});
const template: Edit = { kind: 'template', from: 'a', into: 'b', params: {} };

describe('pointless', () => {
  it.each<[string, Edit[], Edit[], boolean]>([
    ['the same path', [set('f', 'a')], [set('f', 'a')], true],
    ['a subset', [set('f', 'a')], [set('f', 'a', 'b')], true],
    ['a path more', [set('f', 'a', 'b')], [set('f', 'a')], false],
    ['another file', [set('f', 'a')], [set('g', 'a')], false],
    [
      'a parent path, which may keep siblings',
      [set('f', 'a.b')],
      [set('f', 'a')],
      false,
    ],
    ['an item added', [set('f', 'a[+]')], [set('f', 'a[+]')], false],
    ['a template', [template], [template], false],
    [
      'a value before a template',
      [set('f', 'a'), template],
      [set('f', 'a')],
      false,
    ],
  ])('%s', (_, earlier, later, expected) => {
    expect(pointless(earlier, later)).toBe(expected);
  });
});
