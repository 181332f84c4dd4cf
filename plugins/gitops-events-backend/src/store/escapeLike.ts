/** Text as itself within a pattern of `like ... escape '\'`. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, character => `\\${character}`);
}
