import {
  timelineGroupSchema,
  type RunView,
  type TimelineGroup,
  type TimelineKind,
} from '@gitops-events/plugin-gitops-events-common';

export const eventUid = '0123456789abcdef0123456789abcdef';
const at = '2026-01-05T10:00:00.000Z';

/** A group as the API answers it; `kinds` are its entries in order, all of change `c1`. */
export function groupOf(options: {
  runs?: Array<Partial<RunView>>;
  settled?: boolean;
  kinds?: TimelineKind[];
}): TimelineGroup {
  const { runs = [], settled = false, kinds = [] } = options;
  return timelineGroupSchema.parse({
    eventUid,
    title: 'Create environment "shop-api-staging"',
    requestedBy: 'Ana',
    receivedAt: at,
    eventType: 'dev.gitops-events.environment.requested',
    eventSource: '/portal/application-environment',
    status: { tone: 'info', word: 'Group', sentence: 'What the group says' },
    settled,
    durationMs: 1000,
    runs: runs.map((run, index) => ({
      id: `run-${index}`,
      title: 'Create environment "shop-api-staging"',
      eventUid,
      eventType: 'dev.gitops-events.environment.requested',
      eventSource: '/portal/application-environment',
      sensor: 'app-provisioning',
      sensorTitle: 'Application environments',
      owner: 'group:default/platform',
      revision: 1,
      generation: 0,
      mode: 'auto',
      state: run.end ? 'ended' : 'running',
      status: { tone: 'info', word: 'Run', sentence: `Run ${index}` },
      steps: [],
      createdAt: at,
      version: 1,
      ...run,
    })),
    entries: kinds.map((kind, index) => ({
      id: String(index),
      at,
      kind,
      tone: 'neutral',
      title: `Line ${index}`,
      changeId: 'c1',
    })),
  });
}
