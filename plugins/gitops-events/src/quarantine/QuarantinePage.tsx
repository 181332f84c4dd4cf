import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import { useMemo, useState } from 'react';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { LoadingRows } from '../feedback/LoadingRows';
import { FilterBar } from '../filters/FilterBar';
import { useUrlFilters } from '../filters/useUrlFilters';
import { PageShortcuts } from '../keyboard/PageShortcuts';
import { EntityName } from '../navigation/EntityName';
import { LoadMore } from '../table/LiveTable';
import { RelativeTime } from '../time/RelativeTime';
import type { BulkVerb } from './bulkWords';
import { CauseList } from './CauseList';
import { eachAlone, groupByCause, type Cause } from './causes';
import { columnsStyle } from './columnsStyle';
import { DecideHeader } from './DecideHeader';
import { HeldDetail } from './HeldDetail';
import { HeldDialog } from './HeldDialog';
import { QuarantineEmpty } from './QuarantineEmpty';
import { QuarantineFilters } from './QuarantineFilters';
import { quarantineShortcuts } from './quarantineShortcuts';
import { useHeld } from './useHeld';
import { useOpenCause } from './useOpenCause';
import { useSelection } from './useSelection';

const noteOf = ({ example, items, oldestAt }: Cause) => (
  <>
    {items.length === 1 && `${example.title}, `}
    sensor {example.sensor}, <RelativeTime at={oldestAt} />,{' '}
    <EntityName entityRef={example.owner} />
  </>
);

const names = ['sensor', 'code', 'owner', 'group', 'cause'] as const;

/** What is held back and why, and whether it may go on. */
export function QuarantinePage() {
  const { filters, setFilter, clear } = useUrlFilters(names);
  const live = useHeld(filters);
  const { items, error } = live;
  const alone = filters.group === 'none';
  const causes = useMemo(
    () => (alone ? eachAlone : groupByCause)(items ?? []),
    [alone, items],
  );
  const { selected, toggle, replace, stateOf } = useSelection(causes);
  const { open, show, comment, commenting, panel } = useOpenCause(
    causes,
    filters.cause,
    cause => setFilter('cause', cause),
  );
  const [asked, setAsked] = useState<{ verb: BulkVerb; cause?: Cause }>();
  const targets = asked?.cause?.items ?? selected;
  const active = !!(filters.sensor || filters.code || filters.owner);

  const decide = (verb: BulkVerb, row: Cause | undefined) => {
    // Without a selection a key means the row that has the focus, else the one that is open.
    const cause = selected.length > 0 ? undefined : (row ?? open);
    if (cause || selected.length > 0) setAsked({ verb, cause });
  };

  return (
    <>
      <PageShortcuts
        more={quarantineShortcuts({
          causeOf: rowId => causes.find(({ cause }) => cause === rowId),
          select: toggle,
          comment,
          decide,
        })}
      />
      <DecideHeader
        title="Quarantine"
        since={items?.map(({ heldAt }) => heldAt)}
        more={live.hasMore}
        selected={selected.length}
        goOn={{ verb: 'release', label: 'Release' }}
        onAsk={verb => setAsked({ verb })}
      />
      <FilterBar
        connection={live.connection}
        active={active}
        onClear={clear}
        end={
          <FormControlLabel
            label="Group by cause"
            control={
              <Switch
                size="small"
                checked={!alone}
                onChange={(_, on) => setFilter('group', on ? '' : 'none')}
              />
            }
            slotProps={{ typography: { sx: { fontSize: '0.875rem' } } }}
          />
        }
      >
        <QuarantineFilters
          items={items ?? []}
          filters={filters}
          setFilter={setFilter}
        />
      </FilterBar>
      {error !== undefined && (!items || live.connection === 'live') && (
        <ErrorPanel
          title="The quarantine could not be loaded"
          error={error}
          onRetry={live.refresh}
        />
      )}
      {!items && error === undefined && <LoadingRows />}
      {items?.length === 0 && (
        <QuarantineEmpty filtered={active} onClear={clear} />
      )}
      {causes.length > 0 && (
        <Box sx={columnsStyle}>
          <CauseList
            label="What is held, by cause"
            noun="held"
            causes={causes}
            whyOf={({ reason, status }) => reason?.message ?? status.sentence}
            noteOf={noteOf}
            open={open?.cause}
            stateOf={stateOf}
            onToggle={toggle}
            onOpen={show}
          />
          <Box ref={panel} sx={{ minWidth: 0, scrollMarginTop: 16 }}>
            {open && (
              <HeldDetail
                key={open.cause}
                cause={open}
                onAsk={verb => setAsked({ verb, cause: open })}
                onAskOne={(verb, item) =>
                  setAsked({ verb, cause: { ...open, items: [item] } })
                }
                commenting={commenting}
                onChanged={live.refresh}
              />
            )}
          </Box>
        </Box>
      )}
      <LoadMore live={live} />
      {asked && (
        <HeldDialog
          verb={asked.verb}
          items={targets}
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
