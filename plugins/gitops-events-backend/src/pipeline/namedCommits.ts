import type { StoredEvent } from '@gitops-events/plugin-gitops-events-common';
import { eventFields } from '@gitops-events/plugin-gitops-events-sensors';

/**
 * Where forges name the commit that an event is about, by the start of its
 * type, as the CloudEvents adapters for their webhooks call them. Of a push that
 * is the newest one: what lies below it may be anybody's. The message counts as
 * well, since a push may be told before its commit is on record here.
 */
const wellKnown: ReadonlyArray<[prefix: string, fields: readonly string[]]> = [
  [
    'com.github.',
    [
      'after',
      'head_commit.message',
      'sha',
      'pull_request.head.sha',
      'pull_request.merge_commit_sha',
      'check_run.head_sha',
      'check_suite.head_sha',
      'workflow_run.head_sha',
      'workflow_job.head_sha',
      'deployment.sha',
    ].map(field => `data.${field}`),
  ],
  [
    'com.gitlab.',
    [
      'after',
      'commits.-1.message',
      'sha',
      'object_attributes.sha',
      'object_attributes.last_commit.id',
      'object_attributes.merge_commit_sha',
    ].map(field => `data.${field}`),
  ],
];

/** What an event names: commits by their full id, changes of ours by the trailer of their message. */
export interface Named {
  commits: string[];
  changes: string[];
}

/**
 * The commits that an event says it is about. Pure. The payload is read only
 * where a field of it may hold one.
 *
 * @param fields - of its ingress, such as `data.build.commit`
 */
export function namedCommits(
  event: StoredEvent,
  fields: readonly string[] = [],
): Named {
  const asked = [...fields, ...wellKnownOf(event.type)];
  const readsData = asked.some(field => field.startsWith('data.'));
  const all = eventFields(readsData ? event : { ...event, data: undefined });
  const texts = ['commit', ...asked].flatMap(
    field => textAt(all, field.split('.')) ?? [],
  );
  return {
    commits: texts.filter(text => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)),
    changes: texts.flatMap(
      text => /^GitOps-Change: ([0-9a-f]{32})$/m.exec(text)?.[1] ?? [],
    ),
  };
}

function wellKnownOf(type: string): readonly string[] {
  return wellKnown.find(([prefix]) => type.startsWith(prefix))?.[1] ?? [];
}

/** What stands at a path; a negative number counts from the end of a list. */
function textAt(value: unknown, path: string[]): string | undefined {
  const found = path.reduce<unknown>((at, name) => {
    if (Array.isArray(at)) return at.at(Number(name));
    const isObject = typeof at === 'object' && at !== null;
    return isObject && Object.hasOwn(at, name)
      ? (at as Record<string, unknown>)[name]
      : undefined;
  }, value);
  return typeof found === 'string' ? found : undefined;
}
