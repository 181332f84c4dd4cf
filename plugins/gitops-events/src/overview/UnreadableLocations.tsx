import { useApi } from '@backstage/core-plugin-api';
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useLive } from '../live/useLive';

/** Says of each place of sensors that cannot be read what is wrong; nothing while all is well. */
export function UnreadableLocations() {
  const api = useApi(gitopsEventsApiRef);
  const { value } = useLive({
    key: 'unreadable locations',
    load: signal => api.call('getOverview', { signal }),
  });
  return (value?.unreadableLocations ?? []).map(({ location, message }) => (
    <Alert key={location} severity="error" variant="outlined" sx={{ mb: 2 }}>
      <AlertTitle sx={{ overflowWrap: 'anywhere' }}>
        {location} cannot be read
      </AlertTitle>
      {message}
    </Alert>
  ));
}
