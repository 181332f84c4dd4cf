import Box from '@mui/material/Box';
import { ActionButton } from '../feedback/ActionButton';
import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { LatestLine } from './LatestLine';
import { TimelineGroupItem } from './TimelineGroupItem';
import { useHeldBack } from './useHeldBack';
import { useOpenGroups } from './useOpenGroups';

const uidOf = (group: TimelineGroup) => group.eventUid;

/** Events as groups, newest first. Nothing moves away from under the reader. */
export function TimelineList(props: {
  groups: readonly TimelineGroup[];
  onChanged?: () => void;
}) {
  const { groups, onChanged } = props;
  const { shown, unseen, reveal, topRef } = useHeldBack(groups, uidOf);
  const { isOpen, toggle } = useOpenGroups(shown);
  return (
    <Box sx={{ position: 'relative' }}>
      <div ref={topRef} />
      {unseen > 0 && (
        <Box
          sx={{
            position: 'sticky',
            top: 12,
            zIndex: 2,
            display: 'flex',
            justifyContent: 'center',
            height: 0,
          }}
        >
          <ActionButton
            variant="contained"
            size="small"
            onClick={reveal}
            sx={{ borderRadius: 99, height: 32, boxShadow: 3 }}
          >
            {unseen} new
          </ActionButton>
        </Box>
      )}
      <Box
        component="ul"
        aria-label="Events, newest first"
        sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 1 }}
      >
        {shown.map(group => (
          <TimelineGroupItem
            key={group.eventUid}
            group={group}
            open={isOpen(group.eventUid)}
            onToggle={toggle}
            onChanged={onChanged}
          />
        ))}
      </Box>
      <LatestLine groups={groups} />
    </Box>
  );
}
