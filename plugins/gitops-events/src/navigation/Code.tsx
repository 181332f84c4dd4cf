import Box from '@mui/material/Box';

/** Text as it is written, scrolling inside itself. */
export function Code({ children, label }: { children: string; label: string }) {
  return (
    <Box
      component="pre"
      tabIndex={0}
      aria-label={label}
      sx={{
        m: 0,
        p: 1.5,
        maxHeight: 480,
        overflow: 'auto',
        border: 1,
        borderColor: 'divider',
        borderRadius: '6px',
        bgcolor: 'action.hover',
        fontFamily: 'monospace',
        fontSize: '0.8125rem',
        lineHeight: 1.5,
      }}
    >
      {children}
    </Box>
  );
}
