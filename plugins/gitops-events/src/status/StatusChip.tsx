import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import ErrorIcon from '@mui/icons-material/ErrorOutlined';
import HourglassIcon from '@mui/icons-material/HourglassBottomOutlined';
import NeutralIcon from '@mui/icons-material/RemoveCircleOutlineOutlined';
import ProgressIcon from '@mui/icons-material/AutorenewOutlined';
import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import {
  namesInWords,
  type Status,
} from '@gitops-events/plugin-gitops-events-common';
import { Sentence } from '../navigation/Sentence';
import { toneColours, type Tone } from './toneColours';

export const toneIcons: Record<Tone, typeof CheckCircleIcon> = {
  success: CheckCircleIcon,
  info: ProgressIcon,
  warning: HourglassIcon,
  error: ErrorIcon,
  neutral: NeutralIcon,
};

/**
 * A state: icon, word and colour, the same everywhere.
 *
 * @public
 */
export function StatusChip(props: {
  status: Status;
  /** Show the whole sentence instead of the word. */
  sentence?: boolean;
}) {
  const { status, sentence = false } = props;
  const theme = useTheme();
  const { text, fill, border } = toneColours(theme, status.tone);
  const Icon = toneIcons[status.tone];
  return (
    <Box
      component="span"
      title={namesInWords(status.sentence)}
      data-tone={status.tone}
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.5,
        maxWidth: '100%',
        minWidth: 0,
        px: 0.875,
        py: '2px',
        borderRadius: '6px',
        border: `1px solid ${border}`,
        bgcolor: fill,
        color: text,
        fontSize: '0.75rem',
        fontWeight: 600,
        lineHeight: '18px',
      }}
    >
      <Icon aria-hidden sx={{ fontSize: 14, flexShrink: 0 }} />
      <Box
        component="span"
        sx={{
          overflow: 'hidden',
          textOverflow: 'ellipsis',
          whiteSpace: 'nowrap',
        }}
      >
        {sentence ? <Sentence>{status.sentence}</Sentence> : status.word}
      </Box>
    </Box>
  );
}
