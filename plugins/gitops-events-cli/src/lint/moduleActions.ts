import {
  builtInActions,
  opaqueAction,
  type ActionSchema,
} from '@gitops-events/plugin-gitops-events-sensors';
import { parseAllDocuments } from 'yaml';

/** Our actions, and those of modules that a text uses, which are known by their id alone. */
export function actionsFor(text: string): ActionSchema[] {
  return [...builtInActions, ...moduleActions(text).map(opaqueAction)];
}

/** Ids in a text that may be actions of modules. Under our own prefixes, `git:` and `sync:`, there are none but ours. */
export function moduleActions(
  text: string,
  actions: readonly ActionSchema[] = builtInActions,
): string[] {
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
