import type { HeldView } from '@gitops-events/plugin-gitops-events-common';
import { FilterSelect } from '../filters/FilterSelect';
import type { ReactNode } from 'react';
import { EntityName } from '../navigation/EntityName';
import { codeInWords } from '../navigation/codeInWords';

type Name = 'code' | 'sensor' | 'owner';

/** Filters by what is there: reasons, sensors, owners. */
export function QuarantineFilters(props: {
  items: readonly HeldView[];
  filters: Record<Name, string>;
  setFilter: (name: Name, value: string) => void;
}) {
  const { items, filters, setFilter } = props;
  const choices = (
    values: (string | undefined)[],
    words = (v: string): ReactNode => v,
  ) =>
    [...new Set(values)]
      .filter((value): value is string => !!value)
      .sort()
      .map(value => ({ value, label: words(value) }));
  return (
    <>
      <FilterSelect
        label="Reason"
        all="All reasons"
        value={filters.code}
        options={choices(
          items.map(item => item.reason?.code),
          codeInWords,
        )}
        onChange={value => setFilter('code', value)}
      />
      <FilterSelect
        label="Sensor"
        all="All sensors"
        value={filters.sensor}
        options={choices(items.map(item => item.sensor))}
        onChange={value => setFilter('sensor', value)}
      />
      <FilterSelect
        label="Owner"
        all="All owners"
        value={filters.owner}
        options={choices(
          items.map(item => item.owner),
          owner => (
            <EntityName entityRef={owner} />
          ),
        )}
        onChange={value => setFilter('owner', value)}
      />
    </>
  );
}
