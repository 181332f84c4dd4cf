import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState, type FormEvent } from 'react';
import { FormActions, FormRefusal } from '../feedback/FormEnd';
import { LoadingRows } from '../feedback/LoadingRows';
import { RevertedChange } from './RevertedChange';
import { WouldHold } from './WouldHold';
import { useRevert, type Choices } from './useRevert';

/** What to do where somebody changed it since, of the preview with this digest. */
interface Chosen {
  of?: string;
  choices?: Choices;
}

/** What taking a run back writes and holds; where somebody changed it since, what to do there; and why. */
export function RevertForm(props: {
  runId: string;
  title: string;
  onClose: () => void;
  onChanged: () => void;
}) {
  const { runId, title, onClose, onChanged } = props;
  const { preview, error, busy, revert } = useRevert(runId);
  const [chosen, setChosen] = useState<Chosen>({});
  const [comment, setComment] = useState('');
  const [rootCause, setRootCause] = useState('');
  // What was chosen of another state does not count for this one.
  const choices = chosen.of === preview?.digest ? (chosen.choices ?? {}) : {};
  const conflicts = preview?.changes.flatMap(change => change.conflicts) ?? [];
  const several = preview !== undefined && preview.changes.length > 1;
  const writes =
    preview?.changes.some(({ files }) => files.length > 0) ||
    conflicts.some(({ id }) => choices[id] === 'write');
  const missing =
    !writes || !comment.trim() || conflicts.some(({ id }) => !choices[id]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (missing) return;
    const done = await revert({
      comment: comment.trim(),
      rootCause: rootCause.trim() || undefined,
      choices,
    });
    onChanged();
    if (done) onClose();
  };

  return (
    <form onSubmit={submit}>
      <DialogTitle id="gitops-events-revert" sx={{ pb: 1 }}>
        Revert “{title}”?
      </DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Typography variant="body2">
          What this run wrote is taken back, where it still stands, with a
          change of its own. What others wrote, also with the same commit,
          stays.
        </Typography>
        {!preview && error === undefined && <LoadingRows />}
        {preview?.cancels && (
          <Alert severity="info" variant="outlined">
            It is still under way, and is cancelled first.
          </Alert>
        )}
        {preview && several && (
          <Typography variant="body2">
            It wrote in several steps. They are taken back one after the other,
            in this order; where one cannot be, the rest stays as it is.
          </Typography>
        )}
        {preview?.changes.map((change, at) => (
          <RevertedChange
            key={at}
            part={several ? `${at + 1}. ` : ''}
            change={change}
            choices={choices}
            onChoose={(id, choice) =>
              setChosen({
                of: preview.digest,
                choices: { ...choices, [id]: choice },
              })
            }
          />
        ))}
        {preview && <WouldHold preview={preview} stated={!!rootCause.trim()} />}
        {preview && (
          <Box sx={{ display: 'grid', gap: 2 }}>
            <TextField
              multiline
              required
              minRows={2}
              size="small"
              label="Comment"
              helperText="Why; kept on record with your name, and told in the pull request."
              value={comment}
              inputProps={{ maxLength: 2000 }}
              onChange={event => setComment(event.target.value)}
            />
            <TextField
              multiline
              size="small"
              label="Root cause (optional)"
              helperText="Where it is known already. It can be stated later."
              value={rootCause}
              inputProps={{ maxLength: 2000 }}
              onChange={event => setRootCause(event.target.value)}
            />
          </Box>
        )}
        <FormRefusal error={error} />
      </DialogContent>
      <FormActions
        verb="Revert"
        busy={busy}
        missing={missing}
        destructive
        onClose={onClose}
      />
    </form>
  );
}
