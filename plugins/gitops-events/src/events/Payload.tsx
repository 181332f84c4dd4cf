import Typography from '@mui/material/Typography';
import type { EventView } from '@gitops-events/plugin-gitops-events-common';
import { Code } from '../navigation/Code';
import { LeftOut } from '../navigation/LeftOut';

/** What an event carried, formatted; secrets were masked by the server. */
export function Payload({ event }: { event: EventView }) {
  if (event.data !== undefined) {
    return (
      <>
        <Code label="Payload">{JSON.stringify(event.data, undefined, 2)}</Code>
        <LeftOut sentences={event.dataLeftOut} />
      </>
    );
  }
  return (
    <Typography variant="body2" color="text.secondary">
      {sentenceOf(event)}
    </Typography>
  );
}

function sentenceOf({ dataSize, dataContentType, dataErasedAt }: EventView) {
  if (dataErasedAt !== undefined) {
    return `Its payload was erased on ${dataErasedAt.slice(0, 10)}, when its time was over. It cannot be replayed.`;
  }
  return dataSize === 0
    ? 'It carried no payload.'
    : `${dataSize} bytes of ${dataContentType ?? 'an unnamed type'}, which are not shown.`;
}
