/** JSON with an indent of two; any other text, and JSON that was cut, as it is. */
export function formatted(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
