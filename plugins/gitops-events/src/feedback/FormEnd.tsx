import Alert from '@mui/material/Alert';
import DialogActions from '@mui/material/DialogActions';
import { sentenceOf } from '../api/refusal';
import { Sentence } from '../navigation/Sentence';
import { ActionButton } from './ActionButton';

/** Why a form was refused; nothing while it was not. */
export function FormRefusal({ error }: { error: unknown }) {
  if (error === undefined) return null;
  return (
    <Alert severity="error" variant="outlined">
      <Sentence>{sentenceOf(error)}</Sentence>
    </Alert>
  );
}

/** The two ways out of a form in a dialog. */
export function FormActions(props: {
  verb: string;
  busy: boolean;
  /** Something is missing still. */
  missing?: boolean;
  destructive?: boolean;
  onClose: () => void;
}) {
  const { verb, busy, missing, destructive, onClose } = props;
  return (
    <DialogActions sx={{ px: 3, pb: 2 }}>
      <ActionButton onClick={onClose} color="inherit">
        Cancel
      </ActionButton>
      <ActionButton
        type="submit"
        variant="contained"
        color={destructive ? 'error' : 'primary'}
        disabled={busy || missing}
      >
        {busy ? 'Working…' : verb}
      </ActionButton>
    </DialogActions>
  );
}
