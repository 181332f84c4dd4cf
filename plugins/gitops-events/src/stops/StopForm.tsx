import { useApi } from '@backstage/core-plugin-api';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import {
  stopKinds,
  type StopKind,
} from '@gitops-events/plugin-gitops-events-common';
import { useState, type FormEvent } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { FormActions, FormRefusal } from '../feedback/FormEnd';

const kinds: Record<StopKind, { choice: string; example?: string }> = {
  all: { choice: 'All writing' },
  repository: {
    choice: 'Writing to one repository',
    example: 'As its steps name it: local:deployments, or its address',
  },
  environment: { choice: 'Writing for one environment', example: 'staging' },
  cluster: { choice: 'Writing for one cluster', example: 'eu-1' },
  tenant: { choice: 'Writing for one tenant', example: 'acme' },
};

/** What is to be stopped, and why. */
export function StopForm(props: {
  onClose: () => void;
  onStopped: () => void;
}) {
  const { onClose, onStopped } = props;
  const api = useApi(gitopsEventsApiRef);
  const [kind, setKind] = useState<StopKind>('all');
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const missing = !reason.trim() || (kind !== 'all' && !name.trim());

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (missing || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      const scope = kind === 'all' ? { kind } : { kind, name: name.trim() };
      await api.call('setStop', { body: { scope, reason: reason.trim() } });
      onStopped();
      onClose();
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit}>
      <DialogTitle id="gitops-events-stop" sx={{ pb: 1 }}>
        Stop writing?
      </DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Typography variant="body2">
          From now on no commit, pull request, merge or sync is made by us, and
          no step that may write begins. Events keep arriving and wait until
          somebody lifts this.
        </Typography>
        <TextField
          select
          size="small"
          label="What"
          value={kind}
          onChange={event => setKind(event.target.value as StopKind)}
        >
          {stopKinds.map(each => (
            <MenuItem key={each} value={each}>
              {kinds[each].choice}
            </MenuItem>
          ))}
        </TextField>
        {kind !== 'all' && (
          <TextField
            size="small"
            label={`Name of the ${kind}`}
            helperText={kinds[kind].example}
            value={name}
            inputProps={{ maxLength: 300 }}
            onChange={event => setName(event.target.value)}
          />
        )}
        <TextField
          // A dialog takes the focus anyway; why is what only a person can tell.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          multiline
          minRows={2}
          size="small"
          label="Reason"
          helperText="Shown with your name to everybody whose work waits."
          value={reason}
          inputProps={{ maxLength: 2000 }}
          onChange={event => setReason(event.target.value)}
        />
        <FormRefusal error={error} />
      </DialogContent>
      <FormActions
        verb="Stop writing"
        busy={busy}
        missing={missing}
        destructive
        onClose={onClose}
      />
    </form>
  );
}
