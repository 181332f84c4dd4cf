import type { RouteName } from '@gitops-events/plugin-gitops-events-common';
import { fail, type Handler, type Request } from './answers';
import { changeOf, heldOf } from './derived';
import { exampleId } from './story';
import type { View } from './view';
import { addLine, type Happening } from './world';

/** Answers that decide something; what is decided becomes lines of the story. */
export function createDecisionHandlers(
  view: View,
): Partial<Record<RouteName, Handler>> {
  const { world, now, at, byRun, byChange, sensor } = view;
  const decide = (
    happening: Happening,
    body: Request['body'],
    ...lines: [Parameters<typeof addLine>[2], unknown][]
  ) => {
    if (at(happening).run.version !== body.version) {
      fail(
        409,
        'Somebody else decided meanwhile. Look at the present state, then decide again.',
      );
    }
    for (const [kind, data] of lines) addLine(happening, now(), kind, data);
  };
  const togglePause = (name: string) => {
    if (!world.paused.delete(name)) world.paused.add(name);
    return sensor(name);
  };
  return {
    cancelRun: ({ params, body }) => {
      const happening = byRun(params.id);
      decide(happening, body, ['runEnded', { end: 'cancelled' }]);
      return at(happening).run;
    },
    resetBreaker: ({ params }) => {
      world.closedBreakers.add(params.name);
      return sensor(params.name);
    },
    pauseSensor: ({ params }) => togglePause(params.name),
    resumeSensor: ({ params }) => togglePause(params.name),
    approveChange: ({ params, body }) => {
      const happening = byChange(params.id);
      const commit = exampleId(params.id).padEnd(40, '5');
      decide(
        happening,
        body,
        ['approved', { by: 'user:default/pia', comment: body.comment }],
        ['merged', { commit, rule: 'approved by platform' }],
        [
          'syncHealthy',
          { tracker: 'Argo CD', application: 'apps', revision: commit },
        ],
        ['runEnded', { end: 'applied' }],
      );
      happening.story.change!.approvals.push({
        by: 'user:default/pia',
        at: new Date(now()).toISOString(),
        comment: body.comment,
      });
      return changeOf(happening, now());
    },
    mergeChange: ({ params, body }) => {
      const happening = byChange(params.id);
      decide(happening, body, [
        'merged',
        {
          commit: exampleId(params.id).padEnd(40, '5'),
          by: 'user:default/pia',
        },
      ]);
      return changeOf(happening, now());
    },
    closeChange: ({ params, body }) => {
      const happening = byChange(params.id);
      decide(happening, body, ['runEnded', { end: 'discarded' }]);
      return changeOf(happening, now());
    },
    releaseHeld: ({ params, body }) => {
      const happening = byRun(params.id);
      // One of the examples shows what a release that fails looks like.
      if (happening.story.title.endsWith('8 replicas') && !body.confirmOlder) {
        fail(
          409,
          'A newer run has written its value meanwhile. Confirm that the older value shall replace it, or discard this run.',
          {
            newer: {
              title: happening.story.title.replace('8', '5'),
              at: new Date(now() - 60_000).toISOString(),
              values: [
                {
                  name: 'replicas in apps/shop-web/values.yaml',
                  older: '8',
                  newer: '5',
                },
              ],
            },
          },
        );
      }
      decide(
        happening,
        body,
        ['released', { by: 'user:default/pia', comment: body.comment }],
        ['runEnded', { end: 'applied' }],
      );
      return at(happening).run;
    },
    discardHeld: ({ params, body }) => {
      const happening = byRun(params.id);
      decide(happening, body, ['runEnded', { end: 'discarded' }]);
      return at(happening).run;
    },
    commentHeld: ({ params, body }) => {
      const happening = byRun(params.id);
      happening.comments = [
        ...happening.comments,
        {
          at: new Date(now()).toISOString(),
          by: 'user:default/pia',
          text: body.text!,
        },
      ];
      return heldOf(happening, now());
    },
  };
}
