import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import { StatusChip } from '../status/StatusChip';
import { DataTable, type Column } from '../table/DataTable';
import { RelativeTime } from '../time/RelativeTime';

type Revision = SensorDetail['revisions'][number];

/** Every text that was ever active. */
export function SensorRevisions({ sensor }: { sensor: SensorDetail }) {
  const columns: Column<Revision>[] = [
    { header: 'Revision', cell: ({ revision }) => revision, width: '20%' },
    {
      header: 'State',
      cell: ({ revision }) => (
        <StatusChip
          status={
            revision === sensor.revision
              ? { tone: 'success', word: 'Active', sentence: 'Decides now.' }
              : {
                  tone: 'neutral',
                  word: 'Past',
                  sentence: 'Was active before.',
                }
          }
        />
      ),
    },
    {
      header: 'Digest',
      cell: ({ digest }) => <code>{digest.slice(0, 12)}</code>,
    },
    {
      header: 'Loaded',
      align: 'right',
      cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    },
  ];
  return (
    <DataTable
      label="Revisions"
      columns={columns}
      rows={sensor.revisions}
      idOf={({ revision }) => String(revision)}
    />
  );
}
