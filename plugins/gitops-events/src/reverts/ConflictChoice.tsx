import Box from '@mui/material/Box';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import type { RevertConflict } from '@gitops-events/plugin-gitops-events-common';
import { useId } from 'react';
import { DiffViewer } from '../diff/DiffViewer';
import { Facts } from '../navigation/Facts';
import { boxStyle } from '../navigation/Section';

const nothing = <em>nothing</em>;

/** Somebody changed it since: shows what is there, and asks whether that stays. */
export function ConflictChoice(props: {
  conflict: RevertConflict;
  choice: 'keep' | 'write' | undefined;
  onChoose: (choice: 'keep' | 'write') => void;
}) {
  const { conflict, choice, onChoose } = props;
  const { file, path, before, after, now, write } = conflict;
  const label = useId();
  return (
    <Box sx={{ ...boxStyle, display: 'grid', gap: 1 }}>
      <FormControl>
        <FormLabel id={label} sx={{ overflowWrap: 'anywhere' }}>
          Changed since: {path ? `${path} in ${file}` : file}
        </FormLabel>
        {path && (
          <Facts
            facts={[
              ['Before the run', before ?? nothing],
              ['The run wrote', after ?? nothing],
              ['There now', now ?? nothing],
            ]}
          />
        )}
        <RadioGroup
          aria-labelledby={label}
          value={choice ?? ''}
          onChange={(_, value) => onChoose(value as 'keep' | 'write')}
        >
          <FormControlLabel
            value="keep"
            control={<Radio size="small" />}
            label="Keep what is there now"
          />
          <FormControlLabel
            value="write"
            disabled={!write}
            control={<Radio size="small" />}
            label={
              write
                ? 'Write what was there before the run'
                : 'Write what was there before the run: that is not possible here'
            }
          />
        </RadioGroup>
      </FormControl>
      {choice === 'write' && write && <DiffViewer files={[write]} />}
    </Box>
  );
}
