import { sensorOf } from '../__testUtils__/sensorOf';
import type { SensorInput } from '../schema';
import { sameLanding } from './sameLanding';
import { whyNotRedirect } from './whyNotRedirect';

type Step = SensorInput['spec']['steps'][number];

const bump = (file: string, more: object = {}): Step => ({
  id: 'bump',
  action: 'git:change',
  input: {
    repo: 'local:deployments',
    edits: [{ kind: 'yaml', file, set: { tag: '${{ event.data.tag }}' } }],
    ...more,
  },
});
const target = { environment: '${{ event.data.environment }}' };
const byTarget = 'environments/${{ target.environment }}/shop.yaml';
const rule = (...steps: Step[]) => sensorOf({ target, steps });

describe('whyNotRedirect', () => {
  it.each([
    ['a file by its target', rule(bump(byTarget))],
    [
      'a step that only looks',
      rule(bump(byTarget), { id: 'sync', action: 'sync:wait' }),
    ],
    [
      'a map that is one expression',
      rule({
        id: 'call',
        action: 'http:request',
        input: { body: '${{ {"to": target.environment} }}' },
      }),
    ],
  ])('lets %s go elsewhere', (_, sensor) => {
    expect(whyNotRedirect(sensor)).toBeUndefined();
  });

  it.each([
    ['no target', sensorOf({ steps: [bump(byTarget)] }), /no environment/],
    [
      'a target by tenant alone',
      sensorOf({ target: { tenant: 'a' }, steps: [bump(byTarget)] }),
      /no environment/,
    ],
    [
      'a file by the event alone',
      rule(bump('environments/${{ event.data.environment }}/shop.yaml')),
      /Step `bump` of shop does the same whatever its target is/,
    ],
    [
      'the word in a text, a field or a variable of its own',
      rule(
        bump(
          'target/${{ event.data.target }}/${{ [1].map(target, target)[0] }}/a.yaml',
        ),
      ),
      /Step `bump`/,
    ],
    [
      'a merge rule by its target',
      rule(bump('a.yaml', { merge: { when: 'target.environment == "dev"' } })),
      /Step `bump`/,
    ],
    [
      'a second step that goes by nothing',
      rule(bump(byTarget), { ...bump('a.yaml'), id: 'also' }),
      /Step `also`/,
    ],
    [
      'a step of onFailure that goes by nothing',
      sensorOf({
        target,
        steps: [bump(byTarget)],
        onFailure: [{ ...bump('a.yaml'), id: 'undo' }],
      }),
      /Step `undo`/,
    ],
  ])('refuses %s', (_, sensor, message) => {
    expect(whyNotRedirect(sensor)).toMatch(message);
  });

  it('asks for each part of the target, and for no other', () => {
    const two = sensorOf({
      target: { environment: 'a', cluster: 'b' },
      steps: [bump(byTarget)],
    });
    expect(whyNotRedirect(two, { environment: 'staging' })).toMatch(
      /has a cluster; say which/,
    );
    expect(
      whyNotRedirect(two, { environment: 'x', cluster: 'y', tenant: 'z' }),
    ).toMatch(/has no tenant/);
    expect(
      whyNotRedirect(two, { environment: 'x', cluster: 'y' }),
    ).toBeUndefined();
  });
});

describe('sameLanding', () => {
  const input = (edits: object[], more: object = {}) => ({
    repo: 'local:deployments',
    edits,
    ...more,
  });
  const set = (file: string) => ({ kind: 'yaml', file, set: { a: 1 } });
  const into = (folder: string) => ({
    kind: 'template',
    from: 'templates',
    into: folder,
  });
  const landing = (own: unknown, redirected: unknown) =>
    sameLanding({ stepId: 'bump', action: 'git:change', own, redirected });

  it.each([
    ['other files', input([set('a.yaml')]), input([set('b.yaml')])],
    ['other folders', input([into('a/b')]), input([into('a/bc')])],
    [
      'another repository',
      input([set('a.yaml')], { key: 'x' }),
      input([set('a.yaml')], { key: 'x', repo: 'local:other' }),
    ],
    [
      'another branch',
      input([set('a.yaml')]),
      input([set('a.yaml')], { base: 'staging' }),
    ],
  ])('lets it write to %s', (_, own, redirected) => {
    expect(landing(own, redirected)).toBeUndefined();
  });

  it.each([
    [
      'a file that both write, wherever it stands',
      input([set('a.yaml'), set('all.yaml')]),
      input([set('all.yaml'), set('b.yaml')]),
      /write all.yaml in local:deployments/,
    ],
    [
      'a file below a folder of the other',
      input([into('environments/')]),
      input([set('environments/staging/a.yaml')]),
      /write environments\/staging\/a.yaml/,
    ],
    [
      'a folder around a file of the other',
      input([set('environments/production/a.yaml')]),
      input([into('environments')]),
      /write environments in/,
    ],
    [
      'a file that the other takes away',
      input([{ kind: 'delete', file: 'a.yaml' }]),
      input([set('a.yaml')]),
      /write a.yaml/,
    ],
    [
      'the key of the other',
      input([set('a.yaml')], { key: 'shop' }),
      input([set('b.yaml')], { key: 'shop' }),
      /replace changes of the same key, "shop"/,
    ],
  ])('stops at %s', (_, own, redirected, message) => {
    expect(landing(own, redirected)).toMatchObject({
      code: 'sameLanding',
      message: expect.stringMatching(message),
    });
  });

  it('stops another action that is asked for the same', () => {
    const asked = { stepId: 'call', action: 'http:request' };
    expect(
      sameLanding({ ...asked, own: { a: 1 }, redirected: { a: 1 } }),
    ).toMatchObject({ message: expect.stringMatching(/would do the same as/) });
    expect(
      sameLanding({ ...asked, own: { a: 1 }, redirected: { a: 2 } }),
    ).toBeUndefined();
  });
});
