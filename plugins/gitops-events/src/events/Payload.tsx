import Typography from '@mui/material/Typography';
import type { EventView } from '@gitops-events/plugin-gitops-events-common';
import { Code } from '../navigation/Code';

/** What an event carried, formatted; secrets were masked by the server. */
export function Payload({ event }: { event: EventView }) {
  if (event.data !== undefined) {
    return (
      <Code label="Payload">{JSON.stringify(event.data, undefined, 2)}</Code>
    );
  }
  return (
    <Typography variant="body2" color="text.secondary">
      {event.dataSize === 0
        ? 'It carried no payload, or its payload was erased when its time was over.'
        : `${event.dataSize} bytes of ${event.dataContentType ?? 'an unnamed type'}, which are not shown.`}
    </Typography>
  );
}
