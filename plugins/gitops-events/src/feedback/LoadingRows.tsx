import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';

/** Stands in for rows that are on their way, at the height they will have. */
export function LoadingRows({ rows = 4, height = 52 }) {
  return (
    <Box role="status" aria-label="Loading" sx={{ display: 'grid', gap: 1 }}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} variant="rounded" height={height} />
      ))}
    </Box>
  );
}
