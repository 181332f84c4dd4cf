import Box from '@mui/material/Box';
import type {
  SourceView,
  Status,
} from '@gitops-events/plugin-gitops-events-common';
import { StatusChip } from '../status/StatusChip';
import { DataTable, type Column } from '../table/DataTable';
import { RelativeTime } from '../time/RelativeTime';
import { grouped, positionInWords } from './sourceNumbers';

type Partition = SourceView['partitions'][number];

const columns: Column<Partition>[] = [
  { header: 'Partition', width: '32%', cell: ({ partition }) => partition },
  {
    header: 'State',
    width: '15%',
    cell: partition => <StatusChip status={statusOf(partition)} />,
  },
  {
    header: 'Position',
    cell: ({ position }) => (
      <span title={position}>{positionInWords(position)}</span>
    ),
  },
  {
    header: 'Still to read',
    align: 'right',
    cell: ({ behind }) => (behind === undefined ? '–' : grouped(behind)),
  },
  {
    header: 'Last message',
    align: 'right',
    cell: ({ lastMessageAt }) =>
      lastMessageAt ? <RelativeTime at={lastMessageAt} /> : 'none yet',
  },
];

/** How far each partition of a source was read. */
export function PartitionTable(props: { partitions: readonly Partition[] }) {
  const { partitions } = props;
  return (
    <Box sx={{ px: 2, pb: 2 }}>
      {partitions.length === 0 ? (
        <Box sx={{ color: 'text.secondary' }}>
          No partition is known yet. They are looked up every few seconds.
        </Box>
      ) : (
        <DataTable
          label="Partitions"
          columns={columns}
          rows={partitions}
          idOf={({ partition }) => partition}
        />
      )}
    </Box>
  );
}

function statusOf({ retired, stopped, trouble }: Partition): Status {
  if (retired) {
    return { tone: 'neutral', word: 'Retired', sentence: retired.message };
  }
  if (stopped) {
    return { tone: 'error', word: 'Stopped', sentence: stopped.message };
  }
  return trouble
    ? { tone: 'warning', word: 'Waiting', sentence: trouble.message }
    : { tone: 'success', word: 'Reading', sentence: 'It is read.' };
}
