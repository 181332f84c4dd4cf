import ExitIcon from '@mui/icons-material/SubdirectoryArrowRightOutlined';
import Box from '@mui/material/Box';
import { TextLink } from '../../navigation/TextLink';

/** Where events leave the flow: how many, why, and a link to them. */
export function Exit(props: { count: number; why: string; to: string }) {
  const { count, why, to } = props;
  if (count === 0) return null;
  return (
    <Box sx={{ display: 'flex', gap: 0.75, alignItems: 'baseline' }}>
      <ExitIcon
        aria-hidden
        sx={{
          fontSize: 14,
          color: 'text.secondary',
          flexShrink: 0,
          transform: 'translateY(2px)',
        }}
      />
      <TextLink to={to} sx={{ overflowWrap: 'anywhere' }}>
        <Box component="b" sx={{ fontVariantNumeric: 'tabular-nums' }}>
          {count}
        </Box>{' '}
        {why}
      </TextLink>
    </Box>
  );
}
