import CopyIcon from '@mui/icons-material/ContentCopyOutlined';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import { useState } from 'react';

/** A command one can copy. */
export function CopyableCommand({ command }: { command: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(command);
    setCopied(true);
  };
  return (
    <Box
      sx={{
        mt: 1,
        display: 'flex',
        alignItems: 'flex-start',
        gap: 1,
        textAlign: 'left',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        bgcolor: 'action.hover',
        pl: 1.5,
        pr: 0.5,
        py: 0.5,
      }}
    >
      <Box
        component="pre"
        tabIndex={0}
        sx={{
          m: 0,
          py: 0.75,
          flex: 1,
          minWidth: 0,
          overflowX: 'auto',
          fontFamily: 'monospace',
          fontSize: '0.75rem',
        }}
      >
        {command}
      </Box>
      <IconButton
        size="small"
        onClick={copy}
        aria-label={copied ? 'Copied' : 'Copy the command'}
        title={copied ? 'Copied' : 'Copy the command'}
      >
        <CopyIcon fontSize="inherit" />
      </IconButton>
    </Box>
  );
}
