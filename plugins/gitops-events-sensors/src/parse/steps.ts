import { valueAt, type Path } from './problem';

/** A step of a document, and where it stands. */
export interface StepPlace {
  step: unknown;
  path: Path;
  id: string;
  /** Ids of the steps that ended before it. */
  before: readonly string[];
  inOnFailure: boolean;
}

/** The steps of a document in the order they are taken, however broken the rest of it is. */
export function stepsOf(document: unknown): StepPlace[] {
  const before: string[] = [];
  return ['steps', 'onFailure'].flatMap(list => {
    const items = valueAt(document, ['spec', list]);
    if (!Array.isArray(items)) return [];
    return items.map((step, at): StepPlace => {
      const id = String(valueAt(step, ['id']));
      const place = {
        step,
        path: ['spec', list, at],
        id,
        before: [...before],
        inOnFailure: list === 'onFailure',
      };
      before.push(id);
      return place;
    });
  });
}
