import type { Reason } from '@gitops-events/plugin-gitops-events-common';

/** A value as JSON has it. @public */
export type Json =
  null | boolean | number | string | Json[] | { [key: string]: Json };

/** Why a value is more than anybody should have to keep, or undefined. */
export function refuseLarge(value: Json, length: number): Reason | undefined {
  // To write out what is far too large could take more memory than there is.
  const least = textLength(value, length);
  const size = least > length ? least : JSON.stringify(value).length;
  if (size <= length) return undefined;
  const message = `${size} characters of JSON are more than the ${length} allowed; take only what is needed from the event.`;
  return { code: 'tooLarge', message, detail: { size, length } };
}

/** Characters of all texts in a value; it stops counting above `enough`. */
function textLength(root: Json, enough: number): number {
  let length = 0;
  const open: Json[] = [root];
  while (open.length > 0 && length <= enough) {
    const value = open.pop()!;
    if (typeof value === 'string') length += value.length;
    else if (typeof value === 'object' && value !== null) {
      for (const item of Object.values(value)) open.push(item);
    }
  }
  return length;
}
