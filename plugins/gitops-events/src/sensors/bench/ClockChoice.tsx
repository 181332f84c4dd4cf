import TextField from '@mui/material/TextField';

/** As which moment it is tested, since hours and freezes go by the clock. */
export function ClockChoice(props: {
  /** As the browser's field writes it, in the zone of who looks; empty: as it is. */
  value: string;
  past: boolean;
  onChange: (value: string) => void;
}) {
  const { value, past, onChange } = props;
  return (
    <TextField
      type="datetime-local"
      size="small"
      label="As if it came"
      value={value}
      onChange={event => onChange(event.target.value)}
      InputLabelProps={{ shrink: true }}
      helperText={
        past
          ? 'Empty: when it came. Hours, freezes and limits go by it.'
          : 'Empty: now. Hours, freezes and limits go by it.'
      }
      sx={{ bgcolor: 'background.paper' }}
    />
  );
}

/** The moment chosen, as the API takes it. */
export function momentOf(value: string): { at?: string } {
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? {} : { at: moment.toISOString() };
}
