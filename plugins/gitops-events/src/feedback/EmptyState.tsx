import InboxIcon from '@mui/icons-material/InboxOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { CopyableCommand } from './CopyableCommand';

/** Says what would appear here, and the one thing that makes it appear. */
export function EmptyState(props: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
  command?: string;
  icon?: ReactNode;
}) {
  const { title, children, action, command, icon } = props;
  return (
    <Box
      sx={{
        display: 'grid',
        justifyItems: 'center',
        textAlign: 'center',
        gap: 1,
        px: 2,
        py: { xs: 5, sm: 7 },
        '& > *': { maxWidth: '100%', minWidth: 0 },
      }}
    >
      <Box aria-hidden sx={{ color: 'text.secondary', opacity: 0.7 }}>
        {icon ?? <InboxIcon sx={{ fontSize: 40 }} />}
      </Box>
      <Typography component="h2" sx={{ fontSize: '1rem', fontWeight: 600 }}>
        {title}
      </Typography>
      <Typography
        variant="body2"
        color="text.secondary"
        component="div"
        sx={{ maxWidth: '56ch !important' }}
      >
        {children}
      </Typography>
      {action && <Box sx={{ mt: 1 }}>{action}</Box>}
      {command && <CopyableCommand command={command} />}
    </Box>
  );
}
