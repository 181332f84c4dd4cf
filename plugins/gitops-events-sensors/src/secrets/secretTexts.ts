import { isTemplate, splitTemplate } from '../template/split';

const reference = /^secrets\.([a-zA-Z_][a-zA-Z0-9_]*)$/;

/** A text with references to secrets, cut at them. @public */
export type SecretText = Array<{ literal: string } | { secret: string }>;

/** Where a text with references stands in a value. @public */
export interface SecretPlace {
  path: Array<string | number>;
  pieces: SecretText;
  /** Those that it refers to. */
  names: string[];
}

/**
 * Texts such as `Bearer ${{ secrets.token }}` in an input, as its sensor has
 * it: nothing but references and what stands between them.
 *
 * @public
 */
export function secretPlaces(
  value: unknown,
  path: SecretPlace['path'] = [],
): SecretPlace[] {
  const pieces = secretText(value);
  if (pieces) {
    const names = pieces.flatMap(piece =>
      'secret' in piece ? piece.secret : [],
    );
    return [{ path, pieces, names }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    secretPlaces(item, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** Its pieces, unless a text holds another expression, or no reference at all. */
export function secretText(value: unknown): SecretText | undefined {
  if (!isTemplate(value)) return undefined;
  const split = splitTemplate(value);
  if ('unclosedAt' in split) return undefined;
  const pieces: SecretText = [];
  for (const piece of split.pieces) {
    const name =
      'literal' in piece ? undefined : reference.exec(piece.expression)?.[1];
    if ('literal' in piece) pieces.push(piece);
    else if (name !== undefined) pieces.push({ secret: name });
    else return undefined;
  }
  return pieces;
}
