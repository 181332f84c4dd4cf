import Alert from '@mui/material/Alert';
import { ActionButton } from './ActionButton';
import { sentenceOf, statusOf } from '../api/refusal';
import { Sentence } from '../navigation/Sentence';

const titles: Record<number, string> = {
  401: 'Please sign in again',
  403: 'You may not see this',
  404: 'Not found',
};

/** What happened, what was not harmed, and a way to try again. */
export function ErrorPanel(props: {
  /** What was attempted: "The timeline could not be loaded". */
  title: string;
  error: unknown;
  onRetry?: () => void;
}) {
  const { title, error, onRetry } = props;
  const status = statusOf(error);
  const refused = status === 403 || status === 404;
  return (
    <Alert
      severity={refused ? 'info' : 'error'}
      variant="outlined"
      sx={{ my: 2, color: 'text.primary' }}
      action={
        onRetry && (
          <ActionButton color="inherit" size="small" onClick={onRetry}>
            Try again
          </ActionButton>
        )
      }
    >
      <strong>{(status && titles[status]) ?? title}.</strong>{' '}
      <Sentence>{sentenceOf(error)}</Sentence>
    </Alert>
  );
}
