import Box from '@mui/material/Box';
import type { Entity } from '@backstage/catalog-model';
import { EntityProvider } from '@backstage/plugin-catalog-react';
import { Route, Routes, useParams } from 'react-router-dom';
import { EntityTimeline } from '../src/entity/EntityTimeline';
import { EntityTimelineCard } from '../src/entity/EntityTimelineCard';

/** Stands in for the catalog's entity page: the card on its overview, the tab below `timeline`. */
export function ExampleEntityPage() {
  const { '*': rest = '' } = useParams();
  const [namespace = 'default', kind = 'component', name = 'shop-api'] =
    rest.split('/');
  const entity: Entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name, namespace },
    spec: { type: 'service', owner: 'group:default/shop' },
  };
  return (
    <Box sx={{ p: 3 }}>
      <EntityProvider entity={entity}>
        <Routes>
          <Route path=":namespace/:kind/:name">
            <Route
              index
              element={
                <Box sx={{ maxWidth: 480 }}>
                  <EntityTimelineCard />
                </Box>
              }
            />
            <Route path="timeline" element={<EntityTimeline />} />
          </Route>
        </Routes>
      </EntityProvider>
    </Box>
  );
}
