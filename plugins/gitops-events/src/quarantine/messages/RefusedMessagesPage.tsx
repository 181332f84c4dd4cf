import Box from '@mui/material/Box';
import { useMemo, useState } from 'react';
import { ErrorPanel } from '../../feedback/ErrorPanel';
import { LoadingRows } from '../../feedback/LoadingRows';
import { FilterBar } from '../../filters/FilterBar';
import { FilterSelect } from '../../filters/FilterSelect';
import { useUrlFilters } from '../../filters/useUrlFilters';
import { PageShortcuts } from '../../keyboard/PageShortcuts';
import { LoadMore } from '../../table/LiveTable';
import { RelativeTime } from '../../time/RelativeTime';
import { CauseList } from '../CauseList';
import { groupMessages, type Cause, type WaitingMessage } from '../causes';
import { columnsStyle } from '../columnsStyle';
import { DecideHeader } from '../DecideHeader';
import { useOpenCause } from '../useOpenCause';
import { useSelection } from '../useSelection';
import { MessageDetail } from './MessageDetail';
import { MessageDialog } from './MessageDialog';
import { MessagesEmpty } from './MessagesEmpty';
import type { MessageVerb } from './messageWords';
import { useMayReview } from './useMayReview';
import { useRefused } from './useRefused';

const names = ['source', 'cause'] as const;

const noteOf = ({ example, items, oldestAt }: Cause<WaitingMessage>) => (
  <>
    {items.length === 1 && `${example.place}, `}
    source {example.source}, <RelativeTime at={oldestAt} />
  </>
);

/** Messages of event sources that became no events: why, and whether they may go. */
export function RefusedMessagesPage() {
  const { filters, setFilter, clear } = useUrlFilters(names);
  const live = useRefused(filters.source);
  const { items, error } = live;
  const causes = useMemo(() => groupMessages(items ?? []), [items]);
  const { selected, toggle, replace, stateOf } = useSelection(causes);
  const { open, show, panel } = useOpenCause(causes, filters.cause, cause =>
    setFilter('cause', cause),
  );
  const [asked, setAsked] = useState<{
    verb: MessageVerb;
    items: readonly WaitingMessage[];
  }>();
  const notAllowed = useMayReview();
  const causeOf = (id: string | undefined) =>
    causes.find(({ cause }) => cause === id);
  // Without a selection a key means the row that has the focus, else the one that is open.
  const ask = (verb: MessageVerb, rowId?: string) => {
    const its =
      selected.length > 0 ? selected : (causeOf(rowId) ?? open)?.items;
    if (its && !notAllowed) setAsked({ verb, items: its });
  };
  const sources = [...new Set(items?.map(({ source }) => source))].sort();

  return (
    <>
      <PageShortcuts
        more={[
          {
            key: 'x',
            help: 'Select the row',
            run: rowId => {
              const cause = causeOf(rowId);
              if (cause) toggle(cause);
            },
          },
          { key: 'r', help: 'Retry', run: rowId => ask('retry', rowId) },
          { key: 'd', help: 'Discard', run: rowId => ask('discard', rowId) },
        ]}
      />
      <DecideHeader
        title="Refused messages"
        since={items?.map(({ at }) => at)}
        more={live.hasMore}
        selected={selected.length}
        notAllowed={notAllowed}
        goOn={{ verb: 'retry', label: 'Retry' }}
        onAsk={verb => setAsked({ verb, items: selected })}
      />
      <FilterBar
        connection={live.connection}
        active={!!filters.source}
        onClear={clear}
      >
        {(sources.length > 0 || filters.source) && (
          <FilterSelect
            label="Source"
            all="All sources"
            value={filters.source}
            options={sources.map(source => ({ value: source, label: source }))}
            onChange={value => setFilter('source', value)}
          />
        )}
      </FilterBar>
      {error !== undefined && (!items || live.connection === 'live') && (
        <ErrorPanel
          title="The refused messages could not be loaded"
          error={error}
          onRetry={live.refresh}
        />
      )}
      {!items && error === undefined && <LoadingRows />}
      {items?.length === 0 && (
        <MessagesEmpty source={filters.source} onClear={clear} />
      )}
      {causes.length > 0 && (
        <Box sx={columnsStyle}>
          <CauseList
            label="Refused messages, by reason"
            noun="refused"
            causes={causes}
            whyOf={({ reason }) => reason}
            noteOf={noteOf}
            open={open?.cause}
            stateOf={stateOf}
            onToggle={toggle}
            onOpen={show}
          />
          <Box ref={panel} sx={{ minWidth: 0, scrollMarginTop: 16 }}>
            {open && (
              <MessageDetail
                key={open.cause}
                cause={open}
                notAllowed={notAllowed}
                onAsk={(verb, its) => setAsked({ verb, items: its })}
              />
            )}
          </Box>
        </Box>
      )}
      <LoadMore live={live} />
      {asked && (
        <MessageDialog
          verb={asked.verb}
          items={asked.items}
          onClose={failed => {
            setAsked(undefined);
            if (failed) replace(failed);
          }}
          onChanged={live.refresh}
        />
      )}
    </>
  );
}
