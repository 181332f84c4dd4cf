import TextField from '@mui/material/TextField';

/** Text that is written as code: JSON, YAML. Ctrl or Cmd and Enter does what the button does. */
export function TextArea(props: {
  label: string;
  value: string;
  rows: number;
  onChange: (value: string) => void;
  onSubmit: () => void;
}) {
  const { label, value, rows, onChange, onSubmit } = props;
  return (
    <TextField
      multiline
      fullWidth
      minRows={6}
      maxRows={rows}
      value={value}
      onChange={event => onChange(event.target.value)}
      onKeyDown={event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          onSubmit();
        }
      }}
      inputProps={{
        'aria-label': label,
        'aria-keyshortcuts': 'Control+Enter',
        spellCheck: false,
        wrap: 'off',
      }}
      sx={{
        bgcolor: 'background.paper',
        '& textarea': {
          fontFamily: 'monospace',
          fontSize: '0.8125rem',
          lineHeight: 1.5,
          overflowX: 'auto !important',
        },
      }}
    />
  );
}
