import { FormActions, FormRefusal } from './FormEnd';
import Dialog from '@mui/material/Dialog';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState, type FormEvent, type ReactNode } from 'react';

export interface Decision {
  title: string;
  /** What will happen, in words, with the count. */
  effect: string;
  /** Verb of the button that decides. */
  verb: string;
  destructive?: boolean;
  commentRequired?: boolean;
  /** What the comment is called here. */
  commentLabel?: string;
  /** What else is asked, above the comment. */
  fields?: ReactNode;
  /** Something of that is missing still. */
  incomplete?: boolean;
  decide: (comment: string | undefined) => Promise<void>;
}

/** Asks before something is decided: names the effect and takes a comment for the record. */
export function DecisionDialog(props: {
  decision: Decision | undefined;
  onClose: () => void;
}) {
  const { decision, onClose } = props;
  return (
    <Dialog
      open={!!decision}
      onClose={onClose}
      fullWidth
      maxWidth="xs"
      aria-labelledby="gitops-events-decision"
    >
      {decision && (
        <DecisionForm
          key={decision.title}
          decision={decision}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

function DecisionForm(props: { decision: Decision; onClose: () => void }) {
  const { decision, onClose } = props;
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { commentLabel = 'Comment' } = decision;
  const label = decision.commentRequired
    ? commentLabel
    : `${commentLabel} (optional)`;
  const missing =
    decision.incomplete || (decision.commentRequired && !comment.trim());

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (missing || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await decision.decide(comment.trim() || undefined);
      onClose();
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit}>
      <DialogTitle id="gitops-events-decision" sx={{ pb: 1 }}>
        {decision.title}
      </DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Typography variant="body2">{decision.effect}</Typography>
        {decision.fields}
        <TextField
          // A dialog takes the focus anyway; its first field is where it belongs.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          fullWidth
          multiline
          minRows={2}
          size="small"
          label={label}
          helperText="Kept on record with your name."
          value={comment}
          inputProps={{ maxLength: 2000 }}
          onChange={event => setComment(event.target.value)}
          onKeyDown={event => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
              void submit(event);
            }
          }}
        />
        <FormRefusal error={error} />
      </DialogContent>
      <FormActions
        verb={decision.verb}
        busy={busy}
        missing={missing}
        destructive={decision.destructive}
        onClose={onClose}
      />
    </form>
  );
}
