/** More would keep the browser from scrolling. */
const pageCharacters = 500_000;

/** JSON with an indent of two; any other text, and JSON that was cut, as it is. What a page cannot hold is left out, and told. */
export function formatted(text: string): { text: string; leftOut: string[] } {
  const whole = indented(text);
  if (whole.length <= pageCharacters) return { text: whole, leftOut: [] };
  const shown = pageCharacters.toLocaleString('en');
  const all = whole.length.toLocaleString('en');
  return {
    text: `${whole.slice(0, pageCharacters)}…`,
    leftOut: [
      `Content: the first ${shown} of ${all} characters are shown. Look at all of it where it lies.`,
    ],
  };
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
