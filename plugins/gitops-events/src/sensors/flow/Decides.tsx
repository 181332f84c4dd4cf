import Box from '@mui/material/Box';
import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import { saidInWords } from '../saidInWords';
import { EdgeDown } from './Edge';
import { Exit } from './Exit';
import { FlowNode, NodeCode } from './FlowNode';
import type { FlowCounts } from './flowCounts';

/** A single dependency needs no condition. */
export const hasCondition = (sensor: SensorDetail) =>
  sensor.condition !== undefined;

/** Of which events it asks for it fires. */
export function Condition(props: { sensor: SensorDetail; counts: FlowCounts }) {
  const { sensor, counts } = props;
  return (
    <>
      <FlowNode title="Condition">
        <NodeCode>{sensor.condition ?? ''}</NodeCode>
      </FlowNode>
      <EdgeDown count={counts.passed} most={counts.most}>
        <b>{counts.passed}</b>
      </EdgeDown>
    </>
  );
}

/** What keeps it from firing although its condition holds. */
export function Bounds(props: {
  sensor: SensorDetail;
  counts: FlowCounts;
  /** Address of the decisions. */
  decisions: string;
}) {
  const { sensor, counts, decisions } = props;
  return (
    <FlowNode
      title="Limits"
      exits={
        counts.exits.length > 0 &&
        counts.exits.map(({ outcome, code, count }) => (
          <Exit
            key={`${outcome} ${code}`}
            count={count}
            why={saidInWords(outcome, code)}
            to={`${decisions}?outcome=${outcome}&code=${encodeURIComponent(code)}`}
          />
        ))
      }
    >
      <Box component="ul" sx={{ m: 0, pl: 2, display: 'grid', gap: 0.5 }}>
        {sensor.bounds.map(bound => (
          <li key={bound}>{bound}</li>
        ))}
      </Box>
    </FlowNode>
  );
}
