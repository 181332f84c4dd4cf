/** Enough of an id to tell a few stops apart, and to type. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
