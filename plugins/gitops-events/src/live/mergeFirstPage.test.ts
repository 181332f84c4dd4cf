import fc from 'fast-check';
import { appendPage, mergeFirstPage, type Page } from './mergeFirstPage';

const idOf = (item: { id: string }) => item.id;
const page = (ids: string, nextCursor?: string): Page<{ id: string }> => ({
  items: [...ids].map(id => ({ id })),
  nextCursor,
});
const ids = ({ items }: Page<{ id: string }>) => items.map(idOf).join('');

describe('mergeFirstPage', () => {
  it('puts what is new on top and keeps older pages', () => {
    const merged = mergeFirstPage(page('cdefgh', '8'), page('abcd', '4'), idOf);
    expect(ids(merged)).toBe('abcdefgh');
    expect(merged.nextCursor).toBe('8');
  });

  it('drops what is gone within the fresh page', () => {
    expect(
      ids(mergeFirstPage(page('abcdef', '6'), page('ace', '3'), idOf)),
    ).toBe('acef');
  });

  it('stands alone when it is the whole list', () => {
    expect(ids(mergeFirstPage(page('abcdef', '6'), page('ab'), idOf))).toBe(
      'ab',
    );
  });

  it('stands alone when rows between it and the known ones may be missing', () => {
    const merged = mergeFirstPage(page('xyz', '3'), page('abc', '3'), idOf);
    expect(ids(merged)).toBe('abc');
    expect(merged.nextCursor).toBe('3');
  });

  it('equals a reload of the whole list, however it was put together', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer(), { minLength: 6, maxLength: 40 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 6, max: 12 }),
        (all, arrived, size) => {
          // Newest first; some arrived after the pages were loaded.
          const items = all.map(id => ({ id: String(id) }));
          const before = items.slice(arrived);
          const first = {
            items: before.slice(0, size),
            nextCursor: String(size),
          };
          const second = {
            items: before.slice(size, 2 * size),
            nextCursor: before.length > 2 * size ? 'more' : undefined,
          };
          const known =
            before.length > size
              ? appendPage(first, second, idOf)
              : { items: before };
          const fresh = {
            items: items.slice(0, size),
            nextCursor: items.length > size ? 'next' : undefined,
          };
          const merged = mergeFirstPage(known, fresh, idOf);
          expect(merged.items).toEqual(items.slice(0, merged.items.length));
          expect(merged.items.length).toBeGreaterThanOrEqual(
            Math.min(items.length, known.items.length),
          );
        },
      ),
    );
  });
});
