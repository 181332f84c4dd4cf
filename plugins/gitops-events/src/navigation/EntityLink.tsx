import { parseEntityRef } from '@backstage/catalog-model';
import { useRouteRef } from '@backstage/core-plugin-api';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { TextLink } from './TextLink';

/** `component:default/shop` as `shop`, linked to its page; other kinds and namespaces are named. */
export function EntityLink({ entityRef }: { entityRef: string }) {
  const entityRoute = useRouteRef(entityRouteRef);
  const name = entityName(entityRef);
  let parsed;
  try {
    parsed = parseEntityRef(entityRef, {
      defaultKind: 'group',
      defaultNamespace: 'default',
    });
  } catch {
    return <>{name}</>;
  }
  const { kind, namespace } = parsed;
  return (
    <TextLink
      to={entityRoute({
        kind: kind.toLowerCase(),
        namespace,
        name: parsed.name,
      })}
      title={entityRef}
    >
      {name}
    </TextLink>
  );
}

/** The part of an entity reference that people say: `component:default/shop` is `shop`. */
export function entityName(entityRef: string): string {
  return entityRef.replace(/^[^:]*:/, '').replace(/^default\//, '');
}
