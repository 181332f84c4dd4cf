import type { RouteName } from '@gitops-events/plugin-gitops-events-common';
import { contains, has, page, type Handler } from './answers';
import { changeOf, decisionsOf, heldOf } from './derived';
import { exampleDiff } from './fileDiff';
import { exampleOverview } from './overview';
import { exampleId } from './story';
import type { View } from './view';

/** Answers that only look. */
export function createReadHandlers(
  view: View,
): Partial<Record<RouteName, Handler>> {
  const { world, now, at, all, byEvent, byRun, byChange } = view;
  return {
    describeInstallation: () => ({ actions: [], secrets: [], boundaries: [] }),
    getOverview: () => exampleOverview(world, now()),
    listEvents: ({ query }) =>
      page(
        all()
          .map(one => at(one).event)
          .filter(
            event =>
              has(event.source, query.source) &&
              has(event.type, query.type) &&
              has(event.entityRef, query.entityRef) &&
              contains(
                `${event.title} ${event.type} ${event.subject}`,
                query.text,
              ),
          ),
        query,
      ),
    getEvent: ({ params }) => {
      const happening = byEvent(params.id);
      return {
        ...at(happening).event,
        data: happening.story.data,
        decisions: decisionsOf(happening, now()),
      };
    },
    listTimeline: ({ query }) =>
      page(
        all()
          .map(one => at(one).group)
          .filter(
            group =>
              has(group.eventUid, query.event) &&
              has(group.entityRef, query.entityRef) &&
              has(group.eventSource, query.source) &&
              has(group.runs[0].changeId, query.change) &&
              contains(`${group.title} ${group.eventType}`, query.text) &&
              (!query.since || group.receivedAt >= String(query.since)) &&
              inState(group, query.state),
          ),
        query,
      ),
    listChanges: ({ query }) =>
      page(
        all()
          .map(one => changeOf(one, now()))
          .filter(change => change !== undefined)
          .filter(
            change =>
              has(change.entityRef, query.entityRef) &&
              contains(`${change.title} ${change.repository}`, query.text) &&
              (!query.state ||
                (query.state === 'waiting'
                  ? change.state === 'waiting'
                  : (query.state === 'ended') === (change.state === 'ended'))),
          ),
        query,
      ),
    getChange: ({ params }) => changeOf(byChange(params.id), now()),
    getChangeDiff: ({ params }) => ({
      changeId: params.id,
      revision: 1,
      diffHash: exampleId(`diff ${params.id}`),
      files: byChange(params.id).story.change!.files.map(exampleDiff),
    }),
    listHeld: ({ query }) =>
      page(
        all()
          .map(one => heldOf(one, now()))
          .filter(held => held !== undefined)
          .filter(
            held =>
              has(held.sensor, query.sensor) &&
              has(held.owner, query.owner) &&
              has(held.reason?.code, query.code),
          )
          .sort((a, b) => a.heldAt.localeCompare(b.heldAt)),
        query,
      ),
    countQuarantine: () => ({
      held: exampleOverview(world, now()).held.count,
      refusedMessages: world.refused.length,
    }),
    getHeld: ({ params }) => heldOf(byRun(params.id), now()),
  };
}

function inState(
  group: { settled: boolean; status: { word: string } },
  state: unknown,
): boolean {
  if (!state) return true;
  if (state === 'held') return group.status.word === 'Held';
  if (state === 'failed') return group.status.word === 'Failed';
  return (state === 'settled') === group.settled;
}
