import Box from '@mui/material/Box';
import { ActionButton } from '../feedback/ActionButton';
import { useTheme } from '@mui/material/styles';
import type { FileDiff } from '@gitops-events/plugin-gitops-events-common';
import { useMemo, useState } from 'react';
import { toneColours } from '../status/toneColours';
import { parsePatch, type DiffLine } from './parsePatch';
import { focusRing } from '../navigation/focusRing';

/** Lines of a file shown before one asks for the rest. */
export const linesAtFirst = 300;

const marks: Record<DiffLine['kind'], string> = {
  added: '+',
  deleted: '-',
  same: ' ',
  hunk: '',
  note: '',
};

/** The lines of one file. Additions and deletions are told by sign and word, not by colour alone. */
export function DiffLines({ file }: { file: FileDiff }) {
  const theme = useTheme();
  const lines = useMemo(() => parsePatch(file.patch), [file.patch]);
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, linesAtFirst);
  const hidden = lines.length - shown.length;
  const fills = {
    added: toneColours(theme, 'success').fill,
    deleted: toneColours(theme, 'error').fill,
  } as Record<DiffLine['kind'], string | undefined>;
  return (
    <Box
      tabIndex={0}
      role="region"
      aria-label={`Changes of ${file.path}`}
      sx={{
        overflowX: 'auto',
        borderTop: 1,
        borderColor: 'divider',
        '&:focus-visible': focusRing,
      }}
    >
      <Box
        component="table"
        sx={{
          borderCollapse: 'collapse',
          minWidth: '100%',
          fontFamily: 'monospace',
          fontSize: '0.8125rem',
          lineHeight: 1.55,
          '& td': { p: 0, verticalAlign: 'top' },
          '& [data-number]': {
            width: { xs: 30, sm: 44 },
            minWidth: { xs: 30, sm: 44 },
            pr: 1,
            textAlign: 'right',
            color: 'text.secondary',
            userSelect: 'none',
            fontSize: '0.75rem',
          },
          '& [data-mark]': {
            width: 18,
            minWidth: 18,
            textAlign: 'center',
            userSelect: 'none',
          },
          '& [data-text]': { whiteSpace: 'pre', pr: 2 },
          '& tr[data-kind=hunk] td, & tr[data-kind=note] td': {
            color: 'text.secondary',
            bgcolor: 'action.hover',
            py: 0.25,
            fontSize: '0.75rem',
          },
        }}
      >
        <tbody>
          {shown.map((line, index) => (
            <Box
              component="tr"
              key={index}
              data-kind={line.kind}
              sx={{ bgcolor: fills[line.kind] }}
            >
              <td data-number>{line.before}</td>
              <td data-number>{line.after}</td>
              <td
                data-mark
                aria-label={line.kind === 'same' ? undefined : line.kind}
              >
                {marks[line.kind]}
              </td>
              <td data-text>{line.text || ' '}</td>
            </Box>
          ))}
        </tbody>
      </Box>
      {hidden > 0 && (
        <Box
          sx={{
            p: 1,
            position: 'sticky',
            left: 0,
            borderTop: 1,
            borderColor: 'divider',
          }}
        >
          <ActionButton size="small" onClick={() => setAll(true)}>
            Show {hidden} more lines
          </ActionButton>
        </Box>
      )}
    </Box>
  );
}
