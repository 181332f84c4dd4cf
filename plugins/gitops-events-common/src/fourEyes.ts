import { z } from 'zod';

/**
 * What somebody can have done so that a change came about: `requested` one of
 * the events behind it, or one that led to those; `reverted` another change by
 * it; `released` one of its runs from quarantine; `replayed` its events.
 *
 * @public
 */
export const involvements = [
  'requested',
  'reverted',
  'released',
  'replayed',
] as const;
/** @public */
export type Involvement = (typeof involvements)[number];

/** Somebody who caused a change or let it through. @public */
export const involvedSchema = z.object({
  /** Entity reference of the person. */
  by: z.string(),
  did: z.enum(involvements),
});
/** @public */
export type Involved = z.infer<typeof involvedSchema>;

/**
 * Four eyes: why this person's approval of a change does not count; undefined
 * when it does. Pure.
 *
 * @param by - entity reference of the person
 * @param involved - of all runs in the change
 * @public
 */
export function whyNotCounted(
  by: string,
  involved: readonly Involved[],
): Involvement | undefined {
  const person = by.toLocaleLowerCase('en-US');
  const did = new Set(
    involved
      .filter(one => one.by.toLocaleLowerCase('en-US') === person)
      .map(one => one.did),
  );
  return involvements.find(one => did.has(one));
}

const did: Record<Involvement, string> = {
  requested: 'asked for this change',
  reverted: 'asked for this revert',
  released: 'released this change from quarantine',
  replayed: 'had this change replayed',
};

/** Why an approval does not count, said to who would give it. @public */
export function notCountedInWords(involvement: Involvement): string {
  return `You ${did[involvement]} yourself, so your approval does not count. Somebody else has to approve it.`;
}

/** The same about somebody else, behind their name. @public */
export function involvementInWords(involvement: Involvement): string {
  return `does not count: ${did[involvement]}`;
}
