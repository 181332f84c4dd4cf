import { parseEntityRef } from '@backstage/catalog-model';
import { useRouteRef } from '@backstage/core-plugin-api';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { EntityName } from './EntityName';
import { TextLink } from './TextLink';

/** The name of an entity, linked to its page. */
export function EntityLink({ entityRef }: { entityRef: string }) {
  const entityRoute = useRouteRef(entityRouteRef);
  let parsed;
  try {
    parsed = parseEntityRef(entityRef, {
      defaultKind: 'group',
      defaultNamespace: 'default',
    });
  } catch {
    return <>{entityRef}</>;
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
      <EntityName entityRef={entityRef} />
    </TextLink>
  );
}
