import type {
  DecisionView,
  RouteName,
} from '@gitops-events/plugin-gitops-events-common';
import { contains, fail, has, page, type Handler } from './answers';
import { decisionsOf } from './derived';
import { exampleDiff } from './fileDiff';
import { exampleRehearsal } from './rehearsal';
import { exampleActivity } from './sensorActivity';
import { exampleRevisionText } from './sensors';
import { silentDecisions } from './silentDecisions';
import type { View } from './view';

/** Answers about sensors that only look. */
export function createSensorHandlers(
  view: View,
): Partial<Record<RouteName, Handler>> {
  const { all, now, sensor, sensors } = view;
  const said = (name: string): DecisionView[] =>
    [
      ...all().flatMap(one => decisionsOf(one, now())),
      ...silentDecisions(name, now()),
    ]
      .filter(decision => decision.sensor === name)
      .sort((a, b) => b.decidedAt.localeCompare(a.decidedAt));
  return {
    listSensors: ({ query }) =>
      page(
        sensors().filter(one =>
          contains(`${one.name} ${one.title}`, query.text),
        ),
        query,
      ),
    getSensor: ({ params }) => sensor(params.name),
    listDecisions: ({ params, query }) =>
      page(
        said(params.name).filter(
          ({ outcome, reason }) =>
            has(reason.code, query.code) &&
            (query.outcome === 'notFired'
              ? outcome !== 'fired'
              : has(outcome, query.outcome)),
        ),
        query,
      ),
    getSensorActivity: ({ params, query }) =>
      exampleActivity(
        sensor(params.name),
        said(params.name),
        now() - Number(query.hours) * 3_600_000,
      ),
    testSensors: ({ body }) => exampleRehearsal(body, said(body.sensor ?? '')),
    getSensorRevision: ({ params, query }) => {
      const of = sensor(params.name);
      const { revision, createdAt, digest } =
        of.revisions.find(one => one.revision === Number(params.revision)) ??
        fail(404, 'There is no such revision.');
      const text = exampleRevisionText(of, revision);
      const before = exampleRevisionText(of, Number(query.against));
      return {
        revision,
        createdAt,
        digest,
        yaml: text,
        diff:
          query.against && text !== before
            ? exampleDiff({ path: `${of.name}.yaml`, before, after: text })
            : undefined,
      };
    },
  };
}
