import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { toneColours, type Tone } from '../status/toneColours';

/** One of the five numbers. It leads to the list behind it. */
export function Figure(props: {
  label: string;
  value: string;
  unit?: string;
  /** A sentence that says what to make of it. */
  note: string;
  tone?: Tone;
  to: string;
  children?: ReactNode;
}) {
  const { label, value, unit, note, tone, to, children } = props;
  const theme = useTheme();
  return (
    <Box
      component={Link}
      to={to}
      sx={{
        display: 'flex',
        flexDirection: 'column',
        gap: 0.5,
        p: 2,
        border: 1,
        borderColor: 'divider',
        borderRadius: '8px',
        bgcolor: 'background.paper',
        color: 'text.primary',
        textDecoration: 'none',
        minWidth: 0,
        '&:hover': { borderColor: 'text.secondary' },
        '&:focus-visible': {
          outline: '2px solid',
          outlineColor: 'primary.main',
        },
      }}
    >
      <Box
        component="span"
        sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}
      >
        {label}
      </Box>
      <Box
        component="span"
        sx={{
          fontSize: '1.75rem',
          fontWeight: 600,
          lineHeight: 1.15,
          fontVariantNumeric: 'tabular-nums',
          color:
            tone && tone !== 'neutral'
              ? toneColours(theme, tone).text
              : undefined,
        }}
      >
        {value}
        {unit && (
          <Box
            component="span"
            sx={{ fontSize: '0.9375rem', fontWeight: 500, ml: 0.5 }}
          >
            {unit}
          </Box>
        )}
      </Box>
      <Box
        component="span"
        sx={{ fontSize: '0.75rem', color: 'text.secondary' }}
      >
        {note}
      </Box>
      {children && <Box sx={{ mt: 'auto', pt: 1 }}>{children}</Box>}
    </Box>
  );
}
