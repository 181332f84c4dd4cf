import { useUrlFilters } from '../filters/useUrlFilters';

const names = ['open'] as const;

/** Whose partitions are shown, as the address says. */
export function useOpenSources() {
  const { filters, setFilter } = useUrlFilters(names);
  const open = filters.open.split(',').filter(Boolean);
  return {
    isOpen: (name: string) => open.includes(name),
    toggle(name: string) {
      const others = open.filter(one => one !== name);
      const next = others.length < open.length ? others : [...open, name];
      setFilter('open', next.join(','), 'typing');
    },
  };
}
