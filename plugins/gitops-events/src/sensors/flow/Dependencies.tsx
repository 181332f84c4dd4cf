import Box from '@mui/material/Box';
import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import { EdgeRight, Riser, edgeAt } from './Edge';
import { Exit } from './Exit';
import { FlowNode, NodeCode } from './FlowNode';
import type { FlowCounts } from './flowCounts';

type Dependency = SensorDetail['dependencies'][number];

const gap = 12;

const riserStyle = {
  position: 'absolute',
  left: '50%',
  display: 'flex',
} as const;

/** What a sensor listens to, one box each; on a wide screen their edges join into one. */
export function Dependencies(props: {
  dependencies: readonly Dependency[];
  counts: FlowCounts;
  /** Address of the decisions. */
  decisions: string;
}) {
  const { dependencies, counts, decisions } = props;
  const last = dependencies.length - 1;
  return (
    <Box
      component="ol"
      sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: `${gap}px` }}
    >
      {dependencies.map((dependency, index) => (
        <Box
          component="li"
          key={dependency.name}
          sx={{
            display: 'grid',
            gridTemplateColumns: {
              xs: 'minmax(0, 1fr)',
              lg: 'minmax(0, 1fr) 112px',
            },
          }}
        >
          <DependencyNode {...{ dependency, counts, decisions }} />
          <Box sx={{ display: { xs: 'none', lg: 'block' } }}>
            {last === 0 ? (
              <EdgeRight count={counts.passed} most={counts.most}>
                <b>{counts.passed}</b> events
              </EdgeRight>
            ) : (
              <JoiningEdge
                count={counts.passedBy(dependency.name)}
                below={dependencies
                  .slice(index + 1)
                  .reduce((sum, { name }) => sum + counts.passedBy(name), 0)}
                counts={counts}
                first={index === 0}
                last={index === last}
              />
            )}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

function DependencyNode(props: {
  dependency: Dependency;
  counts: FlowCounts;
  decisions: string;
}) {
  const { dependency, counts, decisions } = props;
  const { name, type, ingress, filter } = dependency;
  const arrived = counts.arrivedAt(name);
  const left = arrived - counts.passedBy(name);
  return (
    <FlowNode
      title={name}
      note={ingress ? `brought by ${ingress}` : 'brought by anybody'}
      exits={
        left > 0 && (
          <Exit
            count={left}
            why={`of ${arrived} not matched`}
            to={`${decisions}?outcome=notMatched`}
          />
        )
      }
    >
      <Box component="code" sx={{ fontFamily: 'monospace' }}>
        {type}
      </Box>
      {filter && (
        <>
          <Box sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>where</Box>
          <NodeCode>{filter}</NodeCode>
        </>
      )}
    </FlowNode>
  );
}

/** The edge of one of several dependencies: to the middle, then up to the first one's, which leads on. */
function JoiningEdge(props: {
  count: number;
  /** What comes up from those below. */
  below: number;
  counts: FlowCounts;
  first: boolean;
  last: boolean;
}) {
  const { count, below, counts, first, last } = props;
  const { most } = counts;
  return (
    <Box sx={{ position: 'relative', height: '100%' }}>
      <Box sx={{ width: '50%' }}>
        <EdgeRight count={count} most={most} head={false}>
          <b>{count}</b>
        </EdgeRight>
      </Box>
      {!first && (
        <Box sx={{ ...riserStyle, top: -gap, height: edgeAt + gap }}>
          <Riser count={count + below} most={most} />
        </Box>
      )}
      {!last && (
        <Box sx={{ ...riserStyle, top: edgeAt, bottom: 0 }}>
          <Riser count={below} most={most} />
        </Box>
      )}
      {first && (
        <Box sx={{ position: 'absolute', left: '50%', right: 0, top: 0 }}>
          <EdgeRight count={counts.passed} most={most}>
            <b>{counts.passed}</b>
          </EdgeRight>
        </Box>
      )}
    </Box>
  );
}
