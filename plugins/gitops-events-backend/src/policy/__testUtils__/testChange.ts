import type {
  StoredEvent,
  Verdict,
} from '@gitops-events/plugin-gitops-events-common';
import type {
  PolicyCheck,
  ProposedChange,
} from '@gitops-events/plugin-gitops-events-node';
import { proposedChange } from '@gitops-events/plugin-gitops-events-node/testUtils';
import { diffFiles } from '../../render/diff';
import { encodeText } from '../../render/text';

/** For tests: a change of files given as `[before, after]`; undefined: not there. */
export function testChange(
  files: Record<
    string,
    [before: string | undefined, after: string | undefined]
  >,
  rest: Partial<ProposedChange> = {},
): ProposedChange {
  const side = (text: string | undefined) =>
    text === undefined
      ? undefined
      : { mode: '100644', content: encodeText(text) };
  const pairs = Object.entries(files).map(([path, [before, after]]) => ({
    path,
    before: side(before),
    after: side(after),
  }));
  return {
    repository: 'local:deployments',
    base: 'main',
    sensor: 'app-provisioning',
    owner: 'group:default/platform',
    mode: 'auto',
    texts: ['Provision'],
    event: testEvent({}),
    events: [testEvent({})],
    diff: diffFiles(pairs),
    files: pairs.flatMap(({ path, before, after }) =>
      after ? [{ path, content: after.content, before: before?.content }] : [],
    ),
    read: async paths => proposedChange(files).read(paths),
    readBefore: async paths => proposedChange(files).readBefore(paths),
    ...rest,
  };
}

/** What a check says when nobody is in a hurry. */
export function verdictOf(
  check: PolicyCheck,
  change: ProposedChange,
): Promise<Verdict> {
  return check.check(change, { signal: new AbortController().signal });
}

export function testEvent(data: unknown): StoredEvent {
  return {
    uid: '0'.repeat(32),
    id: '1',
    source: '/portal/environments',
    type: 'dev.gitops-events.environment.requested',
    extensions: {},
    depth: 0,
    ingress: 'portal',
    principal: 'user:default/ana via plugin:scaffolder',
    acceptedAt: 0,
    data: encodeText(JSON.stringify(data)),
  };
}
