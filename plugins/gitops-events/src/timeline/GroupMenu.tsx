import MoreIcon from '@mui/icons-material/MoreVert';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import ListItemText from '@mui/material/ListItemText';
import MenuItem from '@mui/material/MenuItem';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import {
  runCancelPermission,
  type TimelineGroup,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { useRefusalReason } from '../api/useRefusalReason';
import { DecisionDialog, type Decision } from '../feedback/DecisionDialog';
import { eventRouteRef } from '../routes';

/** What one can do with an event as a whole. */
export function GroupMenu(props: {
  group: TimelineGroup;
  onChanged?: () => void;
}) {
  const { group, onChanged } = props;
  const api = useApi(gitopsEventsApiRef);
  const eventRoute = useRouteRef(eventRouteRef);
  const [anchor, setAnchor] = useState<HTMLElement>();
  const [decision, setDecision] = useState<Decision>();
  const open = group.runs.filter(run => run.state !== 'ended');
  const link = eventRoute({ uid: group.eventUid });
  const close = () => setAnchor(undefined);

  const cancel = () => {
    close();
    setDecision({
      title: `Cancel “${group.title}”?`,
      effect: `${open.length === 1 ? 'One run ends' : `${open.length} runs end`} as cancelled, and an open pull request is closed. What is merged already stays merged.`,
      verb: 'Cancel the request',
      destructive: true,
      decide: async comment => {
        for (const run of open) {
          await api.call('cancelRun', {
            params: { id: run.id },
            body: { version: run.version, comment },
          });
        }
        onChanged?.();
      },
    });
  };

  return (
    <>
      <IconButton
        size="small"
        aria-label={`More about ${group.title}`}
        aria-haspopup="menu"
        onClick={event => setAnchor(event.currentTarget)}
      >
        <MoreIcon fontSize="small" />
      </IconButton>
      <Menu anchorEl={anchor} open={!!anchor} onClose={close}>
        <MenuItem component={Link} to={link} onClick={close}>
          Open the event
        </MenuItem>
        <MenuItem
          onClick={() => {
            void navigator.clipboard?.writeText(
              new URL(link, window.location.href).href,
            );
            close();
          }}
        >
          Copy a link to it
        </MenuItem>
        {open.length > 0 && (
          <CancelItem eventUid={group.eventUid} onClick={cancel} />
        )}
      </Menu>
      <DecisionDialog
        decision={decision}
        onClose={() => setDecision(undefined)}
      />
    </>
  );
}

/** Rendered in the open menu alone, so that a list of events asks for no permission before that. */
function CancelItem(props: { eventUid: string; onClick: () => void }) {
  const refused = useRefusalReason(
    runCancelPermission,
    'event',
    props.eventUid,
  );
  return (
    <MenuItem disabled={!!refused} onClick={props.onClick}>
      <ListItemText
        primary="Cancel the request…"
        secondary={refused}
        sx={{ m: 0 }}
      />
    </MenuItem>
  );
}
