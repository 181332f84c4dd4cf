import { parseEntityRef } from '@backstage/catalog-model';
import { useEntityPresentation } from '@backstage/plugin-catalog-react';

/** What people call an entity: `user:default/ana` is Ana. What is no reference stands as it is. */
export function EntityName({ entityRef }: { entityRef: string }) {
  const kind = kindOf(entityRef);
  return kind ? <Named entityRef={entityRef} kind={kind} /> : <>{entityRef}</>;
}

function Named({ entityRef, kind }: { entityRef: string; kind: string }) {
  const { primaryTitle } = useEntityPresentation(entityRef, {
    defaultKind: kind,
    defaultNamespace: 'default',
  });
  return <>{primaryTitle}</>;
}

function kindOf(entityRef: string): string | undefined {
  try {
    return parseEntityRef(entityRef).kind;
  } catch {
    return undefined;
  }
}
