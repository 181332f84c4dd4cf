import type {
  RevertPreview,
  RevertView,
  RouteName,
} from '@gitops-events/plugin-gitops-events-common';
import { fail, type Handler } from './answers';
import { exampleDiff } from './fileDiff';
import { exampleId, type Line } from './story';
import type { View } from './view';
import { addLine, type Happening } from './world';

const pia = 'user:default/pia';

/** Taking back what a run wrote, and saying why it had to be. */
export function createRevertHandlers(
  view: View,
): Partial<Record<RouteName, Handler>> {
  const { world, now, at, byRun } = view;
  const byRevert = (id: string) =>
    world.happenings.find(({ revert }) => revert?.runId === id) ??
    fail(404, 'There is no such revert.');
  const revertingRun = (happening: Happening) => {
    const { run } = at(happening);
    const { revert } = happening;
    const title = `Revert: ${run.title}`;
    return { ...run, id: revert!.runId, title, generation: -1, revert };
  };
  return {
    previewRevert: ({ params }) => previewOf(byRun(params.id), params.id),
    revertRun: ({ params, body }) => {
      const happening = byRun(params.id);
      const { story, revert } = happening;
      if (revert) fail(409, `${revert.by} took it back already.`);
      if (body.digest !== previewOf(happening, params.id).digest) {
        fail(409, 'The files have changed since you looked.');
      }
      const when = new Date(now()).toISOString();
      const made: RevertView = {
        runId: exampleId(`revert ${params.id}`),
        ofRunId: params.id,
        done: true,
        ...{ by: pia, at: when, comment: body.comment! },
        ...(body.rootCause && {
          rootCause: { text: body.rootCause, by: pia, at: when },
        }),
      };
      happening.revert = made;
      addLine(happening, now(), 'revertAsked', {
        ...{ by: pia, of: story.title, comment: body.comment },
      });
      addLine(happening, now(), 'runEnded', { end: 'applied' });
      if (!made.rootCause) world.happenings.push(laterOne(happening, now()));
      return revertingRun(happening);
    },
    stateRootCause: ({ params, body }) => {
      const happening = byRevert(params.id);
      const revert = happening.revert!;
      if (revert.rootCause) {
        fail(409, `${revert.rootCause.by} has stated the root cause already.`);
      }
      const cause = { text: body.rootCause!, by: pia };
      happening.revert = {
        ...revert,
        rootCause: { ...cause, at: new Date(now()).toISOString() },
      };
      return revertingRun(happening);
    },
    getRun: ({ params }) => {
      const reverting = world.happenings.find(
        ({ revert }) => revert?.runId === params.id,
      );
      return reverting ? revertingRun(reverting) : at(byRun(params.id)).run;
    },
  };
}

/** One of the examples was changed since, by hand. */
function previewOf({ story }: Happening, runId: string): RevertPreview {
  const files = story.change?.files ?? [];
  if (files.length === 0) fail(409, 'It has not changed anything in Git.');
  const back = files.map(({ path, before, after }) =>
    exampleDiff({ path, before: after, after: before }),
  );
  const changed = story.title.includes('shop/web:4.0.39');
  const [first] = back;
  return {
    runId,
    title: story.title,
    digest: exampleId(`preview ${runId}`),
    cancels: false,
    changes: [
      {
        ...{ repository: 'deployments', base: 'main' },
        files: changed ? [] : back,
        conflicts: changed
          ? [
              {
                ...{ id: 'c1', file: first.path, path: 'image.tag' },
                ...{ before: '4.0.38', after: '4.0.39', now: '4.0.40' },
                write: first,
              },
            ]
          : [],
        ...{ verdicts: [], mergesItself: true, approvalsNeeded: 0 },
      },
    ],
    held: [],
  };
}

/** The next event for the same value, held by the revert. */
function laterOne({ story, revert }: Happening, now: number): Happening {
  const reason = {
    code: 'reverted',
    message: `${revert!.by} took back what an earlier run wrote here: ${revert!.comment} State the root cause of that first, then release.`,
    detail: { revert: revert!.runId, of: revert!.ofRunId },
  };
  const lines: Line[] = [
    story.lines[0],
    story.lines[1],
    [20, 'held', { reason }],
  ];
  const title = `${story.title}, once more`;
  return {
    story: { ...story, title, lines, change: undefined },
    startedAt: now - 1_000,
    comments: [],
  };
}
