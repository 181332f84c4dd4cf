import ChevronIcon from '@mui/icons-material/ChevronRight';
import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  countInWords,
  statusOfSource,
  type SourceView,
} from '@gitops-events/plugin-gitops-events-common';
import { useId } from 'react';
import { rowButton } from '../navigation/rowButton';
import { boxStyle } from '../navigation/Section';
import { TextLink } from '../navigation/TextLink';
import { refusedMessagesRouteRef } from '../routes';
import { StatusChip } from '../status/StatusChip';
import { RelativeTime } from '../time/RelativeTime';
import { Numbers } from './Numbers';
import { PartitionTable } from './PartitionTable';
import { behindOf, grouped, lastMessageOf } from './sourceNumbers';
import { SourceTroubles } from './SourceTroubles';

const kindWords: Record<string, string> = {
  kafka: 'Kafka',
  nats: 'NATS JetStream',
};

const headStyle = {
  display: 'grid',
  alignItems: 'center',
  gridTemplateColumns: {
    xs: 'minmax(0, 1fr)',
    md: 'minmax(0, 1fr) minmax(0, 420px)',
  },
} as const;

/** One source: where it reads, how it stands, and its partitions once opened. */
export function SourceCard(props: {
  source: SourceView;
  open: boolean;
  onToggle: () => void;
  onChanged: () => void;
}) {
  const { source, open, onToggle, onChanged } = props;
  const { name, kind, ingress, partitions, refused } = source;
  const messages = useRouteRef(refusedMessagesRouteRef)();
  const id = useId();
  const behind = behindOf(partitions);
  const last = lastMessageOf(partitions);
  return (
    <Box
      component="li"
      data-row={name}
      sx={{ ...boxStyle, p: 0, overflow: 'hidden' }}
    >
      <Box sx={headStyle}>
        <Box
          component="button"
          type="button"
          data-row-focus
          aria-expanded={open}
          aria-controls={id}
          onClick={onToggle}
          sx={{
            ...rowButton,
            display: 'flex',
            alignItems: 'flex-start',
            gap: 0.75,
            px: 1,
            py: 1.5,
          }}
        >
          <ChevronIcon
            aria-hidden
            sx={{
              fontSize: 20,
              mt: '1px',
              flexShrink: 0,
              color: 'text.secondary',
              transform: open ? 'rotate(90deg)' : undefined,
              transition: 'transform 120ms',
              '@media (prefers-reduced-motion: reduce)': { transition: 'none' },
            }}
          />
          <Box component="span" sx={{ minWidth: 0 }}>
            <Box
              component="span"
              sx={{
                display: 'flex',
                flexWrap: 'wrap',
                alignItems: 'center',
                columnGap: 1.5,
                rowGap: 0.5,
              }}
            >
              <Box
                component="span"
                sx={{
                  fontSize: '0.9375rem',
                  fontWeight: 600,
                  overflowWrap: 'anywhere',
                }}
              >
                {name}
              </Box>
              <StatusChip status={statusOfSource(source)} />
            </Box>
            <Box
              component="span"
              sx={{
                display: 'block',
                color: 'text.secondary',
                fontSize: '0.8125rem',
                mt: 0.25,
                overflowWrap: 'anywhere',
              }}
            >
              {kindWords[kind] ?? kind}, feeds the ingress {ingress},{' '}
              {countInWords(partitions.length, 'partition')}
            </Box>
          </Box>
        </Box>
        <Numbers
          numbers={[
            {
              label: 'Still to read',
              value: behind === undefined ? 'not known now' : grouped(behind),
            },
            {
              label: 'Last message',
              value: last ? <RelativeTime at={last} /> : 'none yet',
            },
            ...(refused === undefined
              ? []
              : [
                  {
                    label: 'Refused',
                    value:
                      refused === 0 ? (
                        'none'
                      ) : (
                        <TextLink
                          to={`${messages}?source=${encodeURIComponent(name)}`}
                        >
                          {grouped(refused)} to review
                        </TextLink>
                      ),
                  },
                ]),
          ]}
        />
      </Box>
      <SourceTroubles source={source} onChanged={onChanged} />
      <div id={id}>{open && <PartitionTable partitions={partitions} />}</div>
    </Box>
  );
}
