import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Box from '@mui/material/Box';
import {
  ProblemError,
  type SensorDetail,
} from '@gitops-events/plugin-gitops-events-common';
import { Section } from '../../navigation/Section';
import { Sentence } from '../../navigation/Sentence';
import { TextArea } from './TextArea';

/** Which text of the rule to test: the one that is active, or one that is changed here. */
export function RuleChoice(props: {
  sensor: SensorDetail;
  /** Undefined: the active revision. */
  yaml: string | undefined;
  error: unknown;
  onChange: (yaml: string | undefined) => void;
  onTest: () => void;
}) {
  const { sensor, yaml, error, onChange, onTest } = props;
  const { revision, refusedYaml } = sensor;
  const marks = yaml === undefined ? [] : marksOf(error);
  return (
    <Section title="Rule">
      <TextField
        select
        fullWidth
        size="small"
        value={yaml === undefined ? 'active' : 'own'}
        onChange={event =>
          onChange(
            event.target.value === 'own'
              ? (refusedYaml ?? sensor.yaml)
              : undefined,
          )
        }
        SelectProps={{ SelectDisplayProps: { 'aria-label': 'Rule' } }}
        sx={{ bgcolor: 'background.paper' }}
      >
        {revision !== undefined && (
          <MenuItem value="active">Revision {revision}, as it decides</MenuItem>
        )}
        <MenuItem value="own">
          {refusedYaml === undefined
            ? 'A changed copy of it'
            : 'The newest text, to be mended here'}
        </MenuItem>
      </TextField>
      {yaml !== undefined && (
        <Box sx={{ mt: 1 }}>
          <TextArea
            label="Text of the rule"
            value={yaml}
            rows={22}
            onChange={onChange}
            onSubmit={onTest}
          />
          <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem', mt: 0.5 }}>
            Only for this test. To make it the rule, change it where it is kept.
          </Box>
        </Box>
      )}
      {marks.length > 0 && (
        <Box
          component="ul"
          role="alert"
          sx={{ m: 0, mt: 1, pl: 2.5, color: 'error.main' }}
        >
          {marks.map(({ line, detail, pointer }) => (
            <li key={`${line} ${pointer} ${detail}`}>
              {line !== undefined && <b>Line {line}: </b>}
              <Sentence>{detail}</Sentence>
            </li>
          ))}
        </Box>
      )}
    </Section>
  );
}

/** Mistakes in the text, which stand below it instead of beside the result. */
export function marksOf(error: unknown) {
  if (!(error instanceof ProblemError)) return [];
  return (error.problem.errors ?? []).filter(
    ({ pointer }) => pointer === '/yaml',
  );
}
