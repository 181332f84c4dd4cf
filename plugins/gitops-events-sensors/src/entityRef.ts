/**
 * The full form of an entity reference, lower case, with the namespace
 * `default` where none is given; undefined when it is not one.
 *
 * @public
 */
export function normalizeEntityRef(text: string): string | undefined {
  const match =
    /^([a-z][a-z0-9]{0,62}):(?:([a-z0-9][-a-z0-9]{0,62})\/)?([a-z0-9][-a-z0-9_.]{0,62})$/i.exec(
      text,
    );
  if (!match) return undefined;
  const [, kind, namespace = 'default', name] = match;
  return `${kind}:${namespace}/${name}`.toLowerCase();
}
