/**
 * Where a value lacks what is expected of it. A map may have more keys than
 * expected; a list may not be longer. Nothing expected: nothing missed.
 */
export function differences(
  at: string,
  expected: unknown,
  actual: unknown,
): string[] {
  if (expected === undefined) return [];
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length =
      expected.length === actual.length
        ? []
        : [`${at}: expected ${expected.length} items, was ${actual.length}`];
    return [
      ...length,
      ...expected
        .slice(0, actual.length)
        .flatMap((item, index) =>
          differences(`${at}.${index}`, item, actual[index]),
        ),
    ];
  }
  if (isMap(expected) && isMap(actual)) {
    return Object.entries(expected).flatMap(([key, value]) =>
      differences(`${at}.${key}`, value, actual[key]),
    );
  }
  if (expected === actual) return [];
  const isLong = [expected, actual].some(
    value => typeof value === 'string' && value.includes('\n'),
  );
  return [
    isLong
      ? `${at}: expected\n${indented(expected)}\nwas\n${indented(actual)}`
      : `${at}: expected ${shown(expected)}, was ${shown(actual)}`,
  ];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** As it is, so that one can copy it. */
function indented(value: unknown): string {
  const text = typeof value === 'string' ? value : shown(value);
  return text.replace(/^/gm, '  ');
}
