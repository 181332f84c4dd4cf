import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
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
  return (
    <PageBody padded={false}>
      <Timeline
        key={stringifyEntityRef(entity)}
        entityRef={stringifyEntityRef(entity)}
        empty={
          <EmptyState
            title={`Nothing has happened to ${name} yet`}
            action={<RequestButton />}
          >
            Requests, promotions and alerts that concern {name} appear here,
            each with its steps from the event to the moment it is applied.
          </EmptyState>
        }
      />
    </PageBody>
  );
}
