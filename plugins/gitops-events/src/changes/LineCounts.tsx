import { useTheme } from '@mui/material/styles';
import { toneColours } from '../status/toneColours';

/** `+142 -0` */
export function LineCounts(props: { additions: number; deletions: number }) {
  const theme = useTheme();
  return (
    <span style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
      <span style={{ color: toneColours(theme, 'success').text }}>
        +{props.additions}
      </span>{' '}
      <span style={{ color: toneColours(theme, 'error').text }}>
        -{props.deletions}
      </span>
    </span>
  );
}
