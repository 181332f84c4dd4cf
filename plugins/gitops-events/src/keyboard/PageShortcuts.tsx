import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useState } from 'react';
import {
  focusSearch,
  moveFocus,
  useShortcuts,
  type Shortcut,
} from './useShortcuts';

const always: Shortcut[] = [
  { key: 'j', help: 'Next row', run: () => moveFocus(1) },
  { key: 'k', help: 'Previous row', run: () => moveFocus(-1) },
  { key: '/', help: 'Search', run: focusSearch },
];

/** The keys every list has, those of this page, and `?` which lists them. */
export function PageShortcuts({ more = [] }: { more?: Shortcut[] }) {
  const [open, setOpen] = useState(false);
  const help = { key: '?', help: 'This list', run: () => setOpen(true) };
  useShortcuts([...always, ...more, help]);
  const shown = [
    ...always.slice(0, 2),
    { key: 'Enter', help: 'Open the row' },
    ...more,
    always[2],
    help,
  ];
  return (
    <Dialog
      open={open}
      onClose={() => setOpen(false)}
      aria-labelledby="gitops-events-keys"
    >
      <DialogTitle id="gitops-events-keys">Keyboard</DialogTitle>
      <DialogContent>
        <Box
          component="dl"
          sx={{
            display: 'grid',
            gridTemplateColumns: 'auto 1fr',
            columnGap: 2,
            rowGap: 1,
            alignItems: 'center',
            m: 0,
            minWidth: 220,
            '& dd': { m: 0 },
          }}
        >
          {shown.map(({ key, help: words }) => (
            <Box key={key} sx={{ display: 'contents' }}>
              <dt>
                <Box
                  component="kbd"
                  sx={{
                    px: 0.75,
                    py: 0.25,
                    border: 1,
                    borderColor: 'divider',
                    borderRadius: '4px',
                    bgcolor: 'action.hover',
                    fontFamily: 'monospace',
                    fontSize: '0.8rem',
                  }}
                >
                  {key}
                </Box>
              </dt>
              <dd>{words}</dd>
            </Box>
          ))}
        </Box>
      </DialogContent>
    </Dialog>
  );
}
