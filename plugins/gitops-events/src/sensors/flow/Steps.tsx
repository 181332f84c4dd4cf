import Box from '@mui/material/Box';
import { useRouteRef } from '@backstage/core-plugin-api';
import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import { quarantineRouteRef } from '../../routes';
import { EdgeDown } from './Edge';
import { Exit } from './Exit';
import { FlowNode } from './FlowNode';
import type { FlowCounts } from './flowCounts';

/** What it then does, step by step, and how far its runs came. */
export function Steps(props: {
  sensor: SensorDetail;
  counts: FlowCounts;
  /** Address of the decisions. */
  decisions: string;
}) {
  const { sensor, counts, decisions } = props;
  const { steps, does, name } = sensor;
  const quarantine = useRouteRef(quarantineRouteRef)();
  const fired = `${decisions}?outcome=fired`;
  return (
    <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {steps.map(({ id, action }, index) => {
        const { done, open, held, stopped } = counts.step(id);
        return (
          <li key={id}>
            <FlowNode
              title={`${index + 1}. ${id}`}
              note={action}
              exits={
                open + held + stopped > 0 && (
                  <>
                    <Exit count={open} why="under way" to={fired} />
                    <Exit
                      count={held}
                      why="held for a person"
                      to={`${quarantine}?sensor=${encodeURIComponent(name)}`}
                    />
                    <Exit count={stopped} why="ended here" to={fired} />
                  </>
                )
              }
            >
              {does[index]}
            </FlowNode>
            <EdgeDown count={done} most={counts.most}>
              <b>{done}</b> {index === steps.length - 1 ? 'through' : 'done'}
            </EdgeDown>
          </li>
        );
      })}
      <Box
        component="li"
        sx={{
          display: 'inline-block',
          px: 2,
          py: 0.75,
          border: 1,
          borderColor: 'divider',
          borderRadius: '999px',
          bgcolor: 'background.paper',
          fontSize: '0.8125rem',
          fontWeight: 600,
        }}
      >
        Done
      </Box>
    </Box>
  );
}
