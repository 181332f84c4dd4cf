import Box from '@mui/material/Box';

/** A share of the whole as a bar. The number itself stands beside it. */
export function Meter({ share }: { share: number }) {
  return (
    <Box
      aria-hidden
      sx={{
        height: 6,
        borderRadius: 3,
        bgcolor: 'action.selected',
        overflow: 'hidden',
      }}
    >
      <Box
        sx={{
          width: `${Math.min(100, Math.max(2, share * 100))}%`,
          height: '100%',
          borderRadius: 3,
          bgcolor: 'primary.main',
        }}
      />
    </Box>
  );
}
