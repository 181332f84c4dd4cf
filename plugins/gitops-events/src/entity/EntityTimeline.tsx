import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity, useEntityOwnership } from '@backstage/plugin-catalog-react';
import { EmptyState } from '../feedback/EmptyState';
import { PageBody } from '../navigation/PageBody';
import { Timeline } from '../timeline/Timeline';
import { RequestButton } from './RequestButton';

/**
 * Tab *Timeline* of an entity: each event that concerns it, live.
 *
 * @public
 */
export function EntityTimeline() {
  const { entity } = useEntity();
  const name = entity.metadata.title ?? entity.metadata.name;
  const { isOwnedEntity } = useEntityOwnership();
  const mine = isOwnedEntity(entity);
  return (
    <PageBody padded={false}>
      <Timeline
        key={stringifyEntityRef(entity)}
        entityRef={stringifyEntityRef(entity)}
        empty={
          <EmptyState
            title={
              mine
                ? `Nothing has happened to ${name} yet`
                : `Nothing about ${name} that you may see`
            }
            action={mine && <RequestButton />}
          >
            Requests, promotions and alerts that concern {name} appear here,
            each with its steps from the event to the moment it is applied.
            {!mine &&
              ` They are shown to its owners and to those who asked for them; ask its owners if you miss one.`}
          </EmptyState>
        }
      />
    </PageBody>
  );
}
