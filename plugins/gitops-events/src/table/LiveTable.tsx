import Box from '@mui/material/Box';
import { ActionButton } from '../feedback/ActionButton';
import type { ReactNode } from 'react';
import { EmptyState } from '../feedback/EmptyState';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { LoadingRows } from '../feedback/LoadingRows';
import type { LivePages } from '../live/useLivePages';
import { DataTable, type Column } from './DataTable';

/** A live list as a table, with each of its states: loading, failed, nothing there, nothing matches, more to load. */
export function LiveTable<T>(props: {
  /** What the rows are: `Events`. */
  label: string;
  live: LivePages<T>;
  columns: readonly Column<T>[];
  idOf: (row: T) => string;
  linkOf?: (row: T) => string;
  filtered: boolean;
  onClearFilters: () => void;
  empty: ReactNode;
}) {
  const { label, live, filtered, onClearFilters, empty } = props;
  const { items, error } = live;
  return (
    <>
      {error !== undefined && (!items || live.connection === 'live') && (
        <ErrorPanel
          title={`${label} could not be loaded`}
          error={error}
          onRetry={live.refresh}
        />
      )}
      {!items && error === undefined && <LoadingRows />}
      {items?.length === 0 && !filtered && empty}
      {items?.length === 0 && filtered && (
        <EmptyState
          title="Nothing matches these filters"
          action={
            <ActionButton variant="outlined" onClick={onClearFilters}>
              Clear the filters
            </ActionButton>
          }
        >
          Search for a part of the name, or take a filter away.
        </EmptyState>
      )}
      {items && items.length > 0 && (
        <Box sx={{ opacity: live.stale ? 0.6 : 1 }} aria-busy={live.stale}>
          <DataTable
            label={label}
            columns={props.columns}
            rows={items}
            idOf={props.idOf}
            linkOf={props.linkOf}
          />
        </Box>
      )}
      <LoadMore live={live} />
    </>
  );
}

/** Asks for the next rows, where there are any. */
export function LoadMore<T>({ live }: { live: LivePages<T> }) {
  if (!live.hasMore) return null;
  return (
    <Box sx={{ display: 'flex', justifyContent: 'center', mt: 2 }}>
      <ActionButton
        variant="outlined"
        disabled={live.loadingMore}
        onClick={live.loadMore}
      >
        {live.loadingMore ? 'Loading…' : 'Load more'}
      </ActionButton>
    </Box>
  );
}
