import Box from '@mui/material/Box';
import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import { useId, type ReactNode } from 'react';
import { Bounds, Condition, hasCondition } from './Decides';
import { Dependencies } from './Dependencies';
import { EdgeDown, EdgeRight } from './Edge';
import type { FlowCounts } from './flowCounts';
import { Steps } from './Steps';

const titleHeight = 24;

const graphStyle = {
  display: 'grid',
  alignItems: 'start',
  gridTemplateColumns: {
    xs: 'minmax(0, 1fr)',
    lg: 'minmax(0, 1.15fr) minmax(0, 0.75fr) 112px minmax(0, 0.8fr)',
  },
  gridTemplateRows: { lg: 'auto 1fr' },
} as const;

const at = (column: number, row: number | string) => ({
  minWidth: 0,
  gridColumn: { lg: column },
  gridRow: { lg: row },
});

/**
 * From dependencies to steps. On a wide screen it goes to the right, and what
 * fires leaves from the last box that decides; on a narrow one it goes down.
 */
export function Graph(props: {
  sensor: SensorDetail;
  counts: FlowCounts;
  /** Address of the decisions. */
  decisions: string;
}) {
  const { sensor, counts, decisions } = props;
  const { passed, fired, most } = counts;
  const stairs = hasCondition(sensor);
  const row = stairs ? 2 : 1;
  const [listens, decides, runs] = [useId(), useId(), useId()];
  return (
    <Box sx={graphStyle}>
      <Box
        component="section"
        aria-labelledby={listens}
        sx={at(1, '1 / span 2')}
      >
        <Title id={listens}>Listens to</Title>
        <Dependencies
          dependencies={sensor.dependencies}
          counts={counts}
          decisions={decisions}
        />
      </Box>
      <Box sx={{ display: { lg: 'none' } }}>
        <EdgeDown count={passed} most={most}>
          <b>{passed}</b> let through
        </EdgeDown>
      </Box>
      <Box
        component="section"
        aria-labelledby={decides}
        sx={{ display: { lg: 'contents' } }}
      >
        <Box sx={at(2, 1)}>
          <Title id={decides}>Decides</Title>
          {stairs && <Condition sensor={sensor} counts={counts} />}
          {!stairs && <Bounds {...props} />}
        </Box>
        {stairs && (
          <Box sx={at(2, 2)}>
            <Bounds {...props} />
          </Box>
        )}
      </Box>
      <Box sx={{ ...at(3, row), pt: { lg: stairs ? 0 : `${titleHeight}px` } }}>
        <Box sx={{ display: { lg: 'none' } }}>
          <EdgeDown count={fired} most={most}>
            <b>{fired}</b> fired
          </EdgeDown>
        </Box>
        <Box sx={{ display: { xs: 'none', lg: 'block' } }}>
          <EdgeRight count={fired} most={most}>
            <b>{fired}</b> fired
          </EdgeRight>
        </Box>
      </Box>
      <Box
        component="section"
        aria-labelledby={runs}
        sx={{ ...at(4, row), mt: { lg: stairs ? `-${titleHeight}px` : 0 } }}
      >
        <Title id={runs}>Then runs</Title>
        <Steps sensor={sensor} counts={counts} decisions={decisions} />
      </Box>
    </Box>
  );
}

function Title({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Box
      component="h2"
      id={id}
      sx={{
        fontSize: '0.75rem',
        fontWeight: 600,
        lineHeight: '20px',
        color: 'text.secondary',
        m: 0,
        pb: `${titleHeight - 20}px`,
      }}
    >
      {children}
    </Box>
  );
}
