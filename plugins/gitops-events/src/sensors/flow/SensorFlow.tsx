import ArrowIcon from '@mui/icons-material/ArrowForwardOutlined';
import Box from '@mui/material/Box';
import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import type { ReactNode } from 'react';
import { EmptyState } from '../../feedback/EmptyState';
import { boxStyle } from '../../navigation/Section';
import { modeSentences } from '../sensorStatus';

const Tally = ({ count, word }: { count: number; word: string }) => (
  <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2 }}>
    <span>{word}</span>
    <Box component="b" sx={{ fontVariantNumeric: 'tabular-nums' }}>
      {count}
    </Box>
  </Box>
);

const Mono = ({ children }: { children: string }) => (
  <Box component="code" sx={{ fontFamily: 'monospace', fontSize: '0.8125rem' }}>
    {children}
  </Box>
);

/** What it listens to, what it decides, what it then does: from left to right, with counts of what went each way. */
export function SensorFlow({ sensor }: { sensor: SensorDetail }) {
  const { counts } = sensor;
  if (sensor.revision === undefined) {
    return (
      <EmptyState title="There is nothing to draw yet">
        No text of this sensor could be read so far, so it listens to nothing
        and does nothing. The tab Source shows what to mend, line by line.
      </EmptyState>
    );
  }
  const heard = counts.fired + counts.notMatched + counts.suppressed;
  return (
    <Box
      sx={{
        display: 'flex',
        flexDirection: { xs: 'column', md: 'row' },
        alignItems: { xs: 'stretch', md: 'flex-start' },
        gap: 1,
        overflowX: 'auto',
        pb: 1,
      }}
    >
      <Column title="Listens to">
        {sensor.dependencies.map(dependency => (
          <Node key={dependency.name} title={dependency.name}>
            <Mono>{dependency.type}</Mono>
            {dependency.ingress && <div>brought by {dependency.ingress}</div>}
            {dependency.filter && (
              <div>
                where <Mono>{dependency.filter}</Mono>
              </div>
            )}
          </Node>
        ))}
      </Column>
      <Arrow count={heard} word="events" />
      <Column title="Decides">
        <Node title={`Revision ${sensor.revision}`}>
          <Tally count={counts.notMatched} word="not matched" />
          <Tally count={counts.suppressed} word="suppressed" />
          <Tally count={counts.held} word="in quarantine" />
          <Box sx={{ mt: 0.75 }}>{modeSentences[sensor.mode]}</Box>
        </Node>
      </Column>
      <Arrow count={counts.fired} word="fired" />
      <Column title="Then runs">
        {sensor.steps.map((step, index) => (
          <Node key={step.id} title={`${index + 1}. ${step.id}`}>
            <Mono>{step.action}</Mono>
          </Node>
        ))}
      </Column>
    </Box>
  );
}

function Column({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box sx={{ flex: '1 1 0', minWidth: { md: 200 } }}>
      <Box
        sx={{
          fontSize: '0.75rem',
          fontWeight: 600,
          color: 'text.secondary',
          mb: 0.75,
        }}
      >
        {title}
      </Box>
      <Box sx={{ display: 'grid', gap: 1 }}>{children}</Box>
    </Box>
  );
}

function Node({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box
      sx={{
        ...boxStyle,
        p: 1.5,
        fontSize: '0.8125rem',
        overflowWrap: 'anywhere',
      }}
    >
      <Box sx={{ fontWeight: 600, fontSize: '0.875rem', mb: 0.5 }}>{title}</Box>
      <Box sx={{ color: 'text.secondary', display: 'grid', gap: 0.25 }}>
        {children}
      </Box>
    </Box>
  );
}

function Arrow({ count, word }: { count: number; word: string }) {
  return (
    <Box
      sx={{
        display: 'flex',
        flexDirection: { xs: 'row', md: 'column' },
        alignItems: 'center',
        gap: 0.5,
        pt: { md: 5 },
        px: 1,
        fontSize: '0.8125rem',
        color: 'text.secondary',
        fontVariantNumeric: 'tabular-nums',
      }}
    >
      <ArrowIcon
        aria-hidden
        sx={{ fontSize: 20, transform: { xs: 'rotate(90deg)', md: 'none' } }}
      />
      <span>
        <b>{count}</b> {word}
      </span>
    </Box>
  );
}
