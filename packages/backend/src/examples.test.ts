import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  bindEvent,
  compileSensor,
  evaluate,
  parseSensors,
} from '@gitops-events/plugin-gitops-events-sensors';
import { eventPublishPermission } from '@gitops-events/plugin-gitops-events-common';
import { parse } from 'yaml';

const root = path.resolve(__dirname, '../../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const { backend, gitopsEvents } = parse(read('app-config.yaml'));
const folder = 'examples/sensors';

function sensor(name: string) {
  const { sensors, problems } = parseSensors(read(`${folder}/${name}`), {
    boundaries: gitopsEvents.boundaries,
  });
  expect(problems).toEqual([]);
  return sensors[0].sensor;
}

function ask(name: string, event: Record<string, unknown>, data: object) {
  return evaluate(
    compileSensor(sensor(name)),
    bindEvent({
      uid: '0'.repeat(32),
      id: '1',
      source: '/example',
      type: 'example',
      extensions: {},
      depth: 0,
      ingress: 'example',
      principal: 'external:example',
      acceptedAt: 0,
      ...event,
      data: Buffer.from(JSON.stringify(data)),
    }),
  );
}

describe('the example sensors', () => {
  const names = readdirSync(path.join(root, folder));
  it.each(names.filter(name => !/\.test\./.test(name)))(
    '%s has no problem and keeps its boundary',
    name => {
      expect(sensor(name).spec.steps.length).toBeGreaterThan(0);
    },
  );

  const form = {
    application: 'shop-api',
    team: 'shop',
    name: 'shop-api-staging',
    class: 'staging',
    cpu: 2,
    memory: 4,
    contact: 'ana@example.com',
  };
  const request = (data: object) =>
    ask(
      'app-provisioning.yaml',
      {
        ingress: 'portal',
        type: 'dev.gitops-events.environment.requested',
        entityRef: 'component:default/shop-api',
      },
      data,
    );

  it('fires for the form', () => {
    expect(request(form)).toMatchObject({
      result: 'matched',
      scope: {
        title: 'Create environment "shop-api-staging"',
        entityRef: 'component:default/shop-api',
        target: { environment: 'staging' },
      },
    });
  });

  it.each([
    ['an application of somebody else', { application: 'payments-api' }],
    ['a namespace of another application', { name: 'payments-api-staging' }],
    ['a name that leaves the folder', { name: 'shop-api-../../x' }],
  ])('does not fire for %s', (_, wrong) => {
    expect(request({ ...form, ...wrong }).result).toBe('notMatched');
  });

  it.each([
    ['1.8.2', 'matched'],
    ['latest', 'notMatched'],
  ])('an image tagged %s: %s', (tag, result) => {
    expect(
      ask(
        'promote-image.yaml',
        { ingress: 'registry', type: 'harbor.artifact.pushed' },
        {
          resources: [{ digest: 'sha256:5f0c2d', tag }],
          repository: { repo_full_name: 'shop/api' },
        },
      ).result,
    ).toBe(result);
  });
});

it('gives the registry a token that can publish and nothing else', () => {
  const [registry, ...others] = backend.auth.externalAccess;
  expect(others).toEqual([]);
  expect(registry.accessRestrictions).toEqual([
    { plugin: 'gitops-events', permission: eventPublishPermission.name },
  ]);
});
