import { useApi } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  countInWords,
  type SourceView,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { DecisionDialog } from '../feedback/DecisionDialog';
import { GoOnChoice, type From } from '../feedback/GoOnChoice';
import { stoppedOf, type Stopped } from './troublesOf';

/** Asks from where partitions go on after a loss. What somebody else let go on meanwhile is left out. */
export function GoOnDialog(props: {
  source: SourceView;
  /** As they were when it was opened. */
  asked: readonly Stopped[] | undefined;
  onClose: () => void;
  onChanged: () => void;
}) {
  const { source, asked, onClose, onChanged } = props;
  const api = useApi(gitopsEventsApiRef);
  const [from, setFrom] = useState<From>('oldest');
  const now = new Set(stoppedOf(source).map(({ partition }) => partition));
  const left = asked?.filter(({ partition }) => now.has(partition)) ?? [];
  const decide = async (comment: string | undefined) => {
    try {
      for (const { partition, version } of left) {
        await api.call('letSourceGoOn', {
          params: { source: source.name },
          body: { partition, version, from, comment: comment! },
        });
      }
    } finally {
      onChanged();
    }
  };
  return (
    <DecisionDialog
      onClose={onClose}
      decision={
        asked && {
          title:
            asked.length === 1
              ? `Let ${asked[0].partition} go on?`
              : `Let ${countInWords(asked.length, 'partition')} of ${source.name} go on?`,
          effect: `${asked.length === 1 ? `${asked[0].stopped.message} ` : ''}What is lost stays lost. What was taken in before is not taken in twice, wherever it goes on.`,
          verb: 'Let it go on',
          commentRequired: true,
          incomplete: left.length === 0,
          fields: (
            <>
              {asked.length > 1 && <Losses partitions={asked} />}
              <GoOnChoice noun="message" value={from} onChange={setFrom} />
            </>
          ),
          decide,
        }
      }
    />
  );
}

function Losses({ partitions }: { partitions: readonly Stopped[] }) {
  return (
    <Box
      component="ul"
      tabIndex={0}
      aria-label="What was lost"
      sx={{
        m: 0,
        pl: 2.5,
        maxHeight: 160,
        overflowY: 'auto',
        overflowWrap: 'anywhere',
        fontSize: '0.8125rem',
      }}
    >
      {partitions.map(({ partition, stopped }) => (
        <li key={partition}>
          <strong>{partition}</strong>: {stopped.message}
        </li>
      ))}
    </Box>
  );
}
