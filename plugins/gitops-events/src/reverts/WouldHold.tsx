import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import {
  countInWords,
  type RevertPreview,
} from '@gitops-events/plugin-gitops-events-common';

/** What a revert keeps from writing the same values again. */
export function WouldHold(props: {
  preview: RevertPreview;
  /** The root cause is stated along with it. */
  stated: boolean;
}) {
  const { held } = props.preview;
  if (props.stated) {
    return (
      <Alert severity="info" variant="outlined">
        Its root cause is stated, so nothing is held: later values go their way.
      </Alert>
    );
  }
  return (
    <Alert severity="info" variant="outlined">
      Its event, and later ones for the same values, are held until somebody
      states the root cause.
      {held.length > 0 && ` At once: ${countInWords(held.length, 'run')}.`}
      {held.length > 0 && (
        <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2.5 }}>
          {held.map(({ runId, title }) => (
            <li key={runId}>{title}</li>
          ))}
        </Box>
      )}
    </Alert>
  );
}
