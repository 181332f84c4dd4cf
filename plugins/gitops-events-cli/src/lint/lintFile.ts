import type { ProblemMark } from '@gitops-events/plugin-gitops-events-common';
import {
  opaqueAction,
  parseSensors,
} from '@gitops-events/plugin-gitops-events-sensors';
import type { Known } from './known';
import { moduleActions } from './moduleActions';

/** What is wrong in a file, and which actions in it could not be looked into. */
export interface Linted {
  problems: ProblemMark[];
  unknownActions: string[];
}

/** Holds the sensors of a file against what is known. */
export function lintFile(text: string, known: Known): Linted {
  const unknownActions = known.allActions
    ? []
    : moduleActions(text, known.actions);
  const { problems } = parseSensors(text, {
    ...known,
    actions: [...known.actions, ...unknownActions.map(opaqueAction)],
  });
  return { problems, unknownActions };
}
