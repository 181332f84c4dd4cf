/** What is wrong, and where in the document's data. A mark is made of it with the source at hand. */
export interface Problem {
  rule: string;
  message: string;
  path: Path;
  /** At the key that the path ends with, not at its value. */
  atKey?: boolean;
  /** Characters into the text that stands there. */
  offset?: number;
}

export type Path = ReadonlyArray<string | number>;

/** What stands at a path, or undefined. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}
