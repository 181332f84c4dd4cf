/** A value on one line; a text as it is. */
export function inShort(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
