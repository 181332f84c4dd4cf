import { createPermission } from '@backstage/plugin-permission-common';
import {
  gitopsEventsPermissions,
  RESOURCE_TYPE_OWNED,
} from '@gitops-events/plugin-gitops-events-common';
import { decide } from './permissionPolicy';

const developer = ['user:default/ana', 'group:default/shop'];
const platform = ['user:default/pia', 'group:default/platform'];
const nobody: string[] = [];

const own = 'what they own';
const table: Record<string, string> = {
  'gitops-events.event.publish': own,
  'gitops-events.event.read': own,
  'gitops-events.sensor.read': 'ALLOW',
  'gitops-events.sensor.test': own,
  'gitops-events.replay.read': own,
  'gitops-events.replay.create': own,
  'gitops-events.replay.run': own,
  'gitops-events.sensor.update': own,
  'gitops-events.change.read': own,
  'gitops-events.change.approve': 'DENY',
  'gitops-events.change.merge': 'DENY',
  'gitops-events.run.cancel': own,
  'gitops-events.run.revert': own,
  'gitops-events.quarantine.read': own,
  'gitops-events.quarantine.review': own,
  'gitops-events.stop.read': 'ALLOW',
  'gitops-events.stop.update': 'DENY',
  'gitops-events.audit.read': 'DENY',
};

describe('the example policy', () => {
  it('has an answer for each permission', () => {
    expect(gitopsEventsPermissions.map(({ name }) => name).sort()).toEqual(
      Object.keys(table).sort(),
    );
  });

  it.each(gitopsEventsPermissions.map(each => [each.name, each] as const))(
    '%s: the platform may, a developer as the table says, nobody else',
    (name, permission) => {
      expect(decide(permission, platform).result).toBe('ALLOW');
      expect(decide(permission, nobody).result).toBe('DENY');
      expect(decide(permission, developer)).toEqual(
        table[name] === own
          ? {
              result: 'CONDITIONAL',
              pluginId: 'gitops-events',
              resourceType: RESOURCE_TYPE_OWNED,
              conditions: {
                rule: 'IS_OWNER',
                resourceType: RESOURCE_TYPE_OWNED,
                params: { claims: developer },
              },
            }
          : { result: table[name] },
      );
    },
  );

  it('leaves the other plugins to everybody who signed in', () => {
    const other = createPermission({
      name: 'catalog.entity.read',
      attributes: { action: 'read' },
    });
    expect(decide(other, developer).result).toBe('ALLOW');
    expect(decide(other, nobody).result).toBe('DENY');
  });
});
