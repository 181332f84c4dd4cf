import type { Edit } from '@gitops-events/plugin-gitops-events-sensors';
import { differingValues } from './newerValue';

const yaml = (set: Record<string, unknown>): Edit => ({
  kind: 'yaml',
  file: 'apps/shop/values.yaml',
  set,
});
const template = (params: Record<string, unknown>): Edit => ({
  kind: 'template',
  from: 'templates/environment',
  into: 'environments/shop',
  params,
});

describe('differingValues', () => {
  it('names the file and the path of a value that is another', () => {
    expect(
      differingValues(
        [yaml({ 'image.tag': '1.8.1', replicas: 2 })],
        [yaml({ 'image.tag': '1.8.2', replicas: 2 })],
      ),
    ).toEqual([
      {
        name: 'image.tag in apps/shop/values.yaml',
        older: '1.8.1',
        newer: '1.8.2',
      },
    ]);
  });

  it('tells what only one of them sets, or deletes', () => {
    expect(
      differingValues(
        [template({ memory: 100 })],
        [template({ memory: 8, cpu: 2 }), { kind: 'delete', file: 'old.yaml' }],
      ),
    ).toEqual([
      { name: 'memory', older: '100', newer: '8' },
      { name: 'cpu', older: undefined, newer: '2' },
      { name: 'old.yaml', older: undefined, newer: 'deleted' },
    ]);
  });

  it('never shows a secret', () => {
    expect(
      JSON.stringify(
        differingValues(
          [template({ password: 'hunter2' })],
          [template({ host: 'db' })],
        ),
      ),
    ).not.toContain('hunter2');
  });
});
