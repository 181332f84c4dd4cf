import Box from '@mui/material/Box';

const width = 120;
const height = 32;

/** The shape of a number over time. The number itself stands beside it. */
export function Sparkline(props: { values: readonly number[]; label: string }) {
  const { values, label } = props;
  if (values.length < 2) return null;
  const top = Math.max(...values, 1);
  const points = values.map(
    (value, index) =>
      [
        (index / (values.length - 1)) * width,
        height - 2 - (value / top) * (height - 4),
      ] as const,
  );
  const line = points
    .map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`)
    .join(' ');
  return (
    <Box
      component="svg"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      sx={{ width: '100%', height, display: 'block', color: 'primary.main' }}
    >
      <polygon
        points={`0,${height} ${line} ${width},${height}`}
        fill="currentColor"
        opacity={0.12}
      />
      <polyline
        points={line}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
      />
    </Box>
  );
}
