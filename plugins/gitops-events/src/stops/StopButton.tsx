import Dialog from '@mui/material/Dialog';
import { useState } from 'react';
import { ActionButton } from '../feedback/ActionButton';
import { StopForm } from './StopForm';
import { useMayStop } from './useMayStop';

/** Stops writing, for those who may; nobody else sees it. */
export function StopButton(props: { onChanged: () => void }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  if (!useMayStop()) return null;
  return (
    <>
      <ActionButton
        variant="outlined"
        color="error"
        size="small"
        onClick={() => setOpen(true)}
      >
        Stop writing…
      </ActionButton>
      <Dialog
        open={open}
        onClose={close}
        fullWidth
        maxWidth="xs"
        aria-labelledby="gitops-events-stop"
      >
        <StopForm onClose={close} onStopped={props.onChanged} />
      </Dialog>
    </>
  );
}
