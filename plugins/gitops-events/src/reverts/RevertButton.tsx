import Dialog from '@mui/material/Dialog';
import { runRevertPermission } from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { useRefusalReason } from '../api/useRefusalReason';
import { ActionButton } from '../feedback/ActionButton';
import { RevertForm } from './RevertForm';

/** Takes back what a run changed, after showing what that writes and holds. */
export function RevertButton(props: {
  runId: string;
  title: string;
  /** Then there is no button; a dialog that is open says who was faster. */
  isReverted: boolean;
  onChanged: () => void;
}) {
  const { runId, title, isReverted, onChanged } = props;
  const [open, setOpen] = useState(false);
  const refused = useRefusalReason(runRevertPermission, 'run', runId);
  const close = () => setOpen(false);
  return (
    <>
      {!isReverted && (
        <ActionButton
          size="small"
          reason={refused}
          aria-label={refused ? undefined : `Revert ${title}…`}
          onClick={() => setOpen(true)}
        >
          Revert…
        </ActionButton>
      )}
      <Dialog
        open={open}
        onClose={close}
        fullWidth
        maxWidth="md"
        aria-labelledby="gitops-events-revert"
      >
        {open && (
          <RevertForm
            runId={runId}
            title={title}
            onClose={close}
            onChanged={onChanged}
          />
        )}
      </Dialog>
    </>
  );
}
