import { useRouteRef } from '@backstage/core-plugin-api';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import { LinkTabs } from '../navigation/LinkTabs';
import { quarantineRouteRef } from '../routes';
import { useWaiting } from './useWaiting';

/** Leads from held runs to refused messages and back, where there are any that one may see. */
export function QuarantineTabs(props: {
  tab: '' | 'messages';
  children: ReactNode;
}) {
  const { tab, children } = props;
  const address = useRouteRef(quarantineRouteRef)();
  const { value: waiting } = useWaiting();
  const { held, refusedMessages } = waiting ?? {};
  const isSecret = waiting !== undefined && refusedMessages === undefined;
  const hidden = isSecret || (tab === '' && !refusedMessages);
  return (
    <Box sx={{ '--gitops-events-above': hidden ? '258px' : '322px' }}>
      <LinkTabs
        label="What waits here"
        name="quarantine"
        address={address}
        tab={tab}
        hidden={hidden}
        tabs={[
          { path: '', title: withCount('Runs', held) },
          { path: 'messages', title: withCount('Messages', refusedMessages) },
        ]}
      >
        {isSecret && tab === 'messages' ? <MaySeeNone /> : children}
      </LinkTabs>
    </Box>
  );
}

function withCount(title: string, count: number | undefined): string {
  return count === undefined ? title : `${title} (${count})`;
}

function MaySeeNone() {
  return (
    <Alert severity="info" variant="outlined" sx={{ color: 'text.primary' }}>
      <strong>You may not see refused messages.</strong> They became no events,
      so they belong to nobody: ask a platform engineer.
    </Alert>
  );
}
