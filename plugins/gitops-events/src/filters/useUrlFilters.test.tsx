import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter, useLocation, useNavigate } from 'react-router-dom';
import { useUrlFilters } from './useUrlFilters';

const names = ['q', 'state'] as const;

function setup(address: string) {
  const wrapper = ({ children }: { children: ReactNode }) => (
    <MemoryRouter initialEntries={[address]}>{children}</MemoryRouter>
  );
  return renderHook(
    () => ({
      url: useUrlFilters(names),
      search: useLocation().search,
      navigate: useNavigate(),
    }),
    { wrapper },
  ).result;
}

describe('useUrlFilters', () => {
  it('reads what an address says', () => {
    const result = setup('/?state=held&other=1');
    expect(result.current.url.filters).toEqual({ q: '', state: 'held' });
    expect(result.current.url.active).toBe(true);
  });

  it('writes a choice into the address, and Back undoes it', () => {
    const result = setup('/?other=1');
    act(() => result.current.url.setFilter('state', 'failed'));
    expect(result.current.search).toBe('?other=1&state=failed');
    act(() => result.current.navigate(-1));
    expect(result.current.url.filters.state).toBe('');
  });

  it('adds no step to go back to for each letter typed', () => {
    const result = setup('/');
    act(() => result.current.url.setFilter('state', 'open'));
    act(() => result.current.url.setFilter('q', 's', 'typing'));
    act(() => result.current.url.setFilter('q', 'sh', 'typing'));
    act(() => result.current.navigate(-1));
    expect(result.current.search).toBe('');
  });

  it('clears its own filters alone', () => {
    const result = setup('/?q=a&state=open&open=1');
    act(() => result.current.url.clear());
    expect(result.current.search).toBe('?open=1');
    expect(result.current.url.active).toBe(false);
  });
});
