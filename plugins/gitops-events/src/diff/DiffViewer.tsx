import Box from '@mui/material/Box';
import { ActionButton } from '../feedback/ActionButton';
import type { FileDiff } from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { DiffFile } from './DiffFile';

// More files than this start closed: a page of heads can be read, a page of everything cannot.
const openAtFirst = 12;

/** Files as unified diffs, each of which can be folded away. */
export function DiffViewer({ files }: { files: readonly FileDiff[] }) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(
    () => new Set(files.slice(openAtFirst).map(file => file.path)),
  );
  const toggle = (path: string) =>
    setClosed(old => {
      const next = new Set(old);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  const allClosed = files.every(file => closed.has(file.path));
  return (
    <Box sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}>
      {files.length > 1 && (
        <Box
          sx={{
            display: 'flex',
            justifyContent: 'flex-end',
            mt: -4.5,
            height: 30,
          }}
        >
          <ActionButton
            size="small"
            onClick={() =>
              setClosed(new Set(allClosed ? [] : files.map(file => file.path)))
            }
          >
            {allClosed ? 'Unfold all' : 'Fold all'}
          </ActionButton>
        </Box>
      )}
      {files.map(file => (
        <DiffFile
          key={file.path}
          file={file}
          open={!closed.has(file.path)}
          onToggle={() => toggle(file.path)}
        />
      ))}
    </Box>
  );
}
