import Box from '@mui/material/Box';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';

export type From = 'oldest' | 'newest';

/** From where something goes on after a loss, and what each of the two means. */
export function GoOnChoice(props: {
  /** What lies there: `message`. */
  noun: string;
  value: From;
  onChange: (from: From) => void;
}) {
  const { noun, value, onChange } = props;
  const choices: Record<From, [what: string, meaning: string]> = {
    oldest: [
      `With the oldest ${noun} that is still there`,
      'All that lies there is taken in. Nothing more is lost.',
    ],
    newest: [
      `With ${noun}s that come from now on`,
      'What lies there now is passed over and never taken in.',
    ],
  };
  return (
    <FormControl>
      <FormLabel
        id="gitops-events-go-on"
        sx={{ fontSize: '0.8125rem', fontWeight: 600 }}
      >
        Go on
      </FormLabel>
      <RadioGroup
        aria-labelledby="gitops-events-go-on"
        value={value}
        onChange={(_, from) => onChange(from as From)}
      >
        {Object.entries(choices).map(([from, [what, meaning]]) => (
          <FormControlLabel
            key={from}
            value={from}
            control={<Radio size="small" sx={{ py: 0.5 }} />}
            sx={{ alignItems: 'flex-start', mt: 0.5 }}
            label={
              <Box component="span" sx={{ display: 'block', pt: '5px' }}>
                <Box
                  component="span"
                  sx={{ display: 'block', fontSize: '0.875rem' }}
                >
                  {what}
                </Box>
                <Box
                  component="span"
                  sx={{
                    display: 'block',
                    fontSize: '0.8125rem',
                    color: 'text.secondary',
                  }}
                >
                  {meaning}
                </Box>
              </Box>
            }
          />
        ))}
      </RadioGroup>
    </FormControl>
  );
}
