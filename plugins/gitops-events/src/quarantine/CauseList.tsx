import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import { EntityName } from '../navigation/EntityName';
import { boxStyle } from '../navigation/Section';
import { Sentence } from '../navigation/Sentence';
import { RelativeTime } from '../time/RelativeTime';
import type { Cause } from './causes';
import { focusRing } from '../navigation/focusRing';

const rowStyle = {
  flex: 1,
  minWidth: 0,
  py: 1.25,
  pl: 0.5,
  pr: 2,
  border: 0,
  background: 'none',
  color: 'inherit',
  font: 'inherit',
  textAlign: 'left',
  cursor: 'pointer',
  '&:hover': { bgcolor: 'action.hover' },
  '&:focus-visible': focusRing,
} as const;

/** Causes, oldest first: how many, why, of which sensor, since when, whose. */
export function CauseList(props: {
  causes: readonly Cause[];
  open: string | undefined;
  stateOf: (cause: Cause) => 'none' | 'some' | 'all';
  onToggle: (cause: Cause) => void;
  onOpen: (cause: string) => void;
}) {
  const { causes, open, stateOf, onToggle, onOpen } = props;
  return (
    <Box
      component="ul"
      aria-label="What is held, by cause"
      sx={{ ...boxStyle, p: 0, m: 0, listStyle: 'none', overflow: 'hidden' }}
    >
      {causes.map(cause => {
        const { example, items } = cause;
        const why = example.reason?.message ?? example.status.sentence;
        const isOpen = cause.cause === open;
        return (
          <Box
            component="li"
            key={cause.cause}
            data-row={cause.cause}
            sx={{
              display: 'flex',
              alignItems: 'flex-start',
              bgcolor: isOpen ? 'action.selected' : undefined,
              '& + &': { borderTop: 1, borderColor: 'divider' },
            }}
          >
            <Checkbox
              size="small"
              checked={stateOf(cause) === 'all'}
              indeterminate={stateOf(cause) === 'some'}
              onChange={() => onToggle(cause)}
              inputProps={{
                'aria-label': `Select ${items.length} held: ${why}`,
              }}
              sx={{ mt: 0.25, ml: 0.5 }}
            />
            <Box
              component="button"
              type="button"
              data-row-focus
              aria-expanded={isOpen}
              onClick={() => onOpen(cause.cause)}
              sx={rowStyle}
            >
              <Box
                component="span"
                sx={{ display: 'flex', gap: 1, alignItems: 'baseline' }}
              >
                {items.length > 1 && (
                  <Box
                    component="span"
                    sx={{
                      fontWeight: 700,
                      fontVariantNumeric: 'tabular-nums',
                      whiteSpace: 'nowrap',
                    }}
                  >
                    {items.length} ×
                  </Box>
                )}
                <Box
                  component="span"
                  sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}
                >
                  <Sentence>{why}</Sentence>
                </Box>
              </Box>
              <Box
                component="span"
                sx={{
                  display: 'block',
                  color: 'text.secondary',
                  fontSize: '0.8125rem',
                  mt: 0.25,
                }}
              >
                {items.length === 1 && `${example.title}, `}
                sensor {example.sensor}, <RelativeTime at={cause.oldestAt} />,{' '}
                <EntityName entityRef={example.owner} />
              </Box>
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}
