import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Resource type of everything that has an owner here: an event, a run, a
 * change, a sensor. One type, so that one rule, `isOwner`, guards them all.
 *
 * @public
 */
export const RESOURCE_TYPE_OWNED = 'gitops-events-owned';

/** Publish an event that names an entity; checked for the entity's owners. @public */
export const eventPublishPermission = createPermission({
  name: 'gitops-events.event.publish',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** See events and their timelines. @public */
export const eventReadPermission = createPermission({
  name: 'gitops-events.event.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** See sensors, their source and their decisions. @public */
export const sensorReadPermission = createPermission({
  name: 'gitops-events.sensor.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/**
 * Ask what one's own sensor would do with an event. It shows what its steps
 * would read and write in a repository, so it is for the sensor's owners.
 *
 * @public
 */
export const sensorTestPermission = createPermission({
  name: 'gitops-events.sensor.test',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** See replays of one's own sensor: what it would do with stored events. @public */
export const replayReadPermission = createPermission({
  name: 'gitops-events.replay.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** Replay stored events against one's own sensor; pause, resume and cancel such a replay. @public */
export const replayCreatePermission = createPermission({
  name: 'gitops-events.replay.create',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** Replay for real: stored events make runs again. @public */
export const replayRunPermission = createPermission({
  name: 'gitops-events.replay.run',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** Pause and resume a sensor. @public */
export const sensorUpdatePermission = createPermission({
  name: 'gitops-events.sensor.update',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** See changes and their diffs. @public */
export const changeReadPermission = createPermission({
  name: 'gitops-events.change.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** Approve a change where the portal is the place to approve (host `local`). @public */
export const changeApprovePermission = createPermission({
  name: 'gitops-events.change.approve',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** Merge or close a change. @public */
export const changeMergePermission = createPermission({
  name: 'gitops-events.change.merge',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** Cancel one's own request, or one of an owned entity, as long as nothing is merged. @public */
export const runCancelPermission = createPermission({
  name: 'gitops-events.run.cancel',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** Take back what a run changed. @public */
export const runRevertPermission = createPermission({
  name: 'gitops-events.run.revert',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** See what is held. @public */
export const quarantineReadPermission = createPermission({
  name: 'gitops-events.quarantine.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** Release, discard or comment on what is held. @public */
export const quarantineReviewPermission = createPermission({
  name: 'gitops-events.quarantine.review',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_OWNED,
});
/** See what is stopped, by whom and why. @public */
export const stopReadPermission = createPermission({
  name: 'gitops-events.stop.read',
  attributes: { action: 'read' },
});
/** Stop writing, all of it or that of a repository or target, and let it go on. @public */
export const stopUpdatePermission = createPermission({
  name: 'gitops-events.stop.update',
  attributes: { action: 'update' },
});
/** Read the chain of digests: every decision, of whoever's. @public */
export const auditReadPermission = createPermission({
  name: 'gitops-events.audit.read',
  attributes: { action: 'read' },
});

/** @public */
export const gitopsEventsPermissions = [
  eventPublishPermission,
  eventReadPermission,
  sensorReadPermission,
  sensorTestPermission,
  replayReadPermission,
  replayCreatePermission,
  replayRunPermission,
  sensorUpdatePermission,
  changeReadPermission,
  changeApprovePermission,
  changeMergePermission,
  runCancelPermission,
  runRevertPermission,
  quarantineReadPermission,
  quarantineReviewPermission,
  stopReadPermission,
  stopUpdatePermission,
  auditReadPermission,
];

/** What has an owner, and a refused message, which has none. @public */
export type OwnedKind = 'event' | 'run' | 'change' | 'sensor' | 'message';

/** Names a resource of {@link RESOURCE_TYPE_OWNED} where a permission is asked for: `change:9f2c...`. @public */
export function ownedRef(kind: OwnedKind, id: string): string {
  return `${kind}:${id}`;
}
