import { mockServices } from '@backstage/backend-test-utils';
import { readConfig } from '../config';

const read = (tool: object) =>
  readConfig(
    mockServices.rootConfig({
      data: { gitopsEvents: { validation: { tools: [tool] } } } as any,
    }),
  ).validation!.tools[0];
const good = { tool: 'kustomize', repo: 'local:*', folders: ['overlays/a'] };

describe('validation in the configuration', () => {
  it('names folders as they are read', () => {
    expect(read({ ...good, reads: ['base/'] })).toEqual({
      ...good,
      folders: ['overlays/a/'],
      reads: ['base/'],
    });
  });

  it.each([
    [{ tool: 'make' }, /tools\[0\]\.tool is "make"/],
    [{ folders: ['../x'] }, /tools\[0\]\.folders has "\.\.\/x"/],
    [{ folders: ['/etc'] }, /folders has "\/etc"/],
    [{ reads: ['.git'] }, /reads has "\.git"/],
  ])('refuses %j', (difference, words) => {
    expect(() => read({ ...good, ...difference })).toThrow(words);
  });
});
