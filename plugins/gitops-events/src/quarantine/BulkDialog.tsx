import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { ActionButton } from '../feedback/ActionButton';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import LinearProgress from '@mui/material/LinearProgress';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { newerValueOf } from '../api/refusal';
import { BulkOutcomes } from './BulkOutcomes';
import { partlyDone, type BulkWords } from './bulkWords';
import { useBulk } from './useBulk';

/** Decides one or many of what waits: names the effect, takes a comment, shows how each went and keeps what failed. */
export function BulkDialog<T extends { id: string; title: string }>(props: {
  words: BulkWords;
  items: readonly T[];
  destructive: boolean;
  commentRequired: boolean;
  act: Parameters<typeof useBulk<T>>[0];
  /** How many are decided at once. */
  atOnce?: number;
  /** With the ids that failed, when something was decided. */
  onClose: (failed?: string[]) => void;
  onChanged: () => void;
}) {
  const { destructive, commentRequired, onClose, onChanged } = props;
  // The list behind it shrinks while it works; what was asked stays what was asked.
  const [{ items, words }] = useState(props);
  const [comment, setComment] = useState('');
  const { outcomes, state, start } = useBulk(
    props.act,
    onChanged,
    props.atOnce,
  );
  const failed = [...outcomes].filter(([, outcome]) => !outcome.ok);
  const toConfirm = items.filter(({ id }) => {
    const outcome = outcomes.get(id);
    return outcome?.ok === false && newerValueOf(outcome.error);
  });
  const confirm = () => start(toConfirm, comment.trim() || undefined, true);
  const close = () => {
    if (state === 'working') return;
    onClose(state === 'done' ? failed.map(([id]) => id) : undefined);
  };

  return (
    <Dialog
      open
      onClose={close}
      fullWidth
      maxWidth="sm"
      aria-labelledby="gitops-events-bulk"
    >
      <DialogTitle id="gitops-events-bulk" sx={{ pb: 1 }}>
        {words.title}
      </DialogTitle>
      <DialogContent>
        <Typography variant="body2" sx={{ mb: 2 }}>
          {words.effect}
        </Typography>
        {state === 'asking' ? (
          <TextField
            // A dialog takes the focus anyway; its first field is where it belongs.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            fullWidth
            multiline
            minRows={2}
            size="small"
            label={commentRequired ? 'Comment' : 'Comment (optional)'}
            helperText={
              commentRequired
                ? 'Needed, and kept on record with your name.'
                : 'Kept on record with your name.'
            }
            value={comment}
            inputProps={{ maxLength: 2000 }}
            onChange={event => setComment(event.target.value)}
          />
        ) : (
          <Box aria-live="polite">
            <LinearProgress
              variant="determinate"
              value={(outcomes.size / items.length) * 100}
              color={failed.length ? 'warning' : 'primary'}
              aria-label="Progress"
              sx={{ mb: 1.5, height: 6, borderRadius: 3 }}
            />
            {state === 'done' && failed.length > 0 && (
              <Alert severity="warning" variant="outlined" sx={{ mb: 1.5 }}>
                {partlyDone({
                  all: items.length,
                  failed: failed.length,
                  toConfirm: toConfirm.length,
                  done: words.done,
                })}
              </Alert>
            )}
            {state === 'done' && failed.length === 0 && (
              <Alert severity="success" variant="outlined" sx={{ mb: 1.5 }}>
                {items.length === 1 ? 'It was' : `All ${items.length} were`}{' '}
                {words.done}.
              </Alert>
            )}
            <BulkOutcomes items={items} outcomes={outcomes} />
          </Box>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        {state === 'asking' && (
          <>
            <ActionButton color="inherit" onClick={close}>
              Cancel
            </ActionButton>
            <ActionButton
              variant="contained"
              color={destructive ? 'error' : 'primary'}
              disabled={commentRequired && !comment.trim()}
              onClick={() => start(items, comment.trim() || undefined)}
            >
              {words.verb}
            </ActionButton>
          </>
        )}
        {state !== 'asking' && (
          <ActionButton
            variant={toConfirm.length > 0 ? 'text' : 'contained'}
            color={toConfirm.length > 0 ? 'inherit' : 'primary'}
            disabled={state === 'working'}
            onClick={close}
          >
            {state === 'working' ? 'Working…' : 'Close'}
          </ActionButton>
        )}
        {state === 'done' && toConfirm.length > 0 && (
          <ActionButton variant="contained" color="error" onClick={confirm}>
            {toConfirm.length === 1
              ? 'Put the older value there'
              : `Put ${toConfirm.length} older values there`}
          </ActionButton>
        )}
      </DialogActions>
    </Dialog>
  );
}
