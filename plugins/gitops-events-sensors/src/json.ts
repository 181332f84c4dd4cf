import type { Reason } from '@gitops-events/plugin-gitops-events-common';

/** A value as JSON has it. @public */
export type Json =
  null | boolean | number | string | Json[] | { [key: string]: Json };

/** Why a value is more than anybody should have to keep, or undefined. */
export function refuseLarge(value: Json, length: number): Reason | undefined {
  const size = JSON.stringify(value).length;
  if (size <= length) return undefined;
  const message = `${size} characters of JSON are more than the ${length} allowed; take only what is needed from the event.`;
  return { code: 'tooLarge', message, detail: { size, length } };
}
