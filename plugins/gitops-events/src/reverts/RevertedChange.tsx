import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import {
  repositoryInWords,
  type RevertPreview,
} from '@gitops-events/plugin-gitops-events-common';
import { DiffViewer } from '../diff/DiffViewer';
import { Sentence } from '../navigation/Sentence';
import { ConflictChoice } from './ConflictChoice';
import type { Choices } from './useRevert';

type Change = RevertPreview['changes'][number];

/** What a revert writes to one branch, for one step of the run. */
export function RevertedChange(props: {
  /** Which of several, such as `1. `. */
  part: string;
  change: Change;
  choices: Choices;
  onChoose: (id: string, choice: Choices[string]) => void;
}) {
  const { part, change, choices, onChoose } = props;
  const { files, conflicts, refused } = change;
  const branch = `${change.base} of ${repositoryInWords(change.repository)}`;
  const where = `${part}${branch}`;
  return (
    <Box
      component="section"
      aria-label={`What it writes to ${where}`}
      sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}
    >
      <Box>
        <strong>{where}</strong>: <Sentence>{howItGoesOn(change)}</Sentence>
      </Box>
      {refused && (
        <Alert severity="warning" variant="outlined">
          <Sentence>{refused}</Sentence>
        </Alert>
      )}
      {files.length > 0 && (
        <Box sx={{ pt: files.length > 1 ? 4.5 : 0, minWidth: 0 }}>
          <DiffViewer files={files} />
        </Box>
      )}
      {conflicts.map(conflict => (
        <ConflictChoice
          key={conflict.id}
          conflict={conflict}
          choice={choices[conflict.id]}
          onChoose={choice => onChoose(conflict.id, choice)}
        />
      ))}
    </Box>
  );
}

function howItGoesOn(change: Change): string {
  const { files, conflicts, mergesItself, approvalsNeeded, refused } = change;
  if (refused) return 'it would be held, as things stand.';
  if (files.length === 0) {
    return conflicts.length > 0
      ? 'everything was changed since.'
      : 'it is as it was before already.';
  }
  if (mergesItself) return 'merged by itself.';
  if (approvalsNeeded === 0) return 'waits for somebody to merge it.';
  return approvalsNeeded === 1
    ? 'waits for an approval of somebody else than you.'
    : `waits for ${approvalsNeeded} approvals of others than you.`;
}
