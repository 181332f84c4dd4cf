import type { ProblemMark } from '@gitops-events/plugin-gitops-events-common';
import {
  opaqueAction,
  parseSensors,
} from '@gitops-events/plugin-gitops-events-sensors';
import { parseAllDocuments } from 'yaml';
import type { Known } from './known';

/** What is wrong in a file, and which actions in it could not be looked into. */
export interface Linted {
  problems: ProblemMark[];
  unknownActions: string[];
}

/** Holds the sensors of a file against what is known. */
export function lintFile(text: string, known: Known): Linted {
  const unknownActions = known.allActions ? [] : unknownIn(text, known);
  const { problems } = parseSensors(text, {
    ...known,
    actions: [...known.actions, ...unknownActions.map(opaqueAction)],
  });
  return { problems, unknownActions };
}

/** Actions of modules. Under our own prefixes, `git:` and `sync:`, there are none but ours. */
function unknownIn(text: string, { actions }: Known): string[] {
  const ours = actions.map(({ id }) => id);
  const prefixes = ours.map(id => id.slice(0, id.indexOf(':') + 1));
  const named = stepsIn(text).flatMap(({ action }) =>
    typeof action === 'string' ? action : [],
  );
  return [...new Set(named)].filter(
    id => !ours.includes(id) && !prefixes.some(prefix => id.startsWith(prefix)),
  );
}

function stepsIn(text: string): Array<{ action?: unknown }> {
  return [...parseAllDocuments(text)].flatMap(document => {
    if (document.errors.length > 0) return [];
    const { steps, onFailure } = toJs(document)?.spec ?? {};
    return [steps, onFailure]
      .filter(Array.isArray)
      .flat()
      .filter(step => typeof step === 'object' && step !== null);
  });
}

/** Aliases that multiply are for the parser to refuse. */
function toJs(document: { toJS(): any }): any {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}
