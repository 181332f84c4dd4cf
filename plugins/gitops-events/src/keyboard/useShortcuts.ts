import { useEffect, useRef } from 'react';

const dialogIsOpen = () =>
  !!document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]');

/** What a key does: in words for the help, and as an action. A row key gets the id of the row that has the focus. */
export interface Shortcut {
  key: string;
  help: string;
  run: (rowId: string | undefined, event: KeyboardEvent) => void;
}

/** Rows are moved through with j and k; each carries its id in `data-row`. */
const rowSelector = '[data-row]';

const focusedRow = () =>
  document.activeElement?.closest<HTMLElement>(rowSelector) ?? undefined;

/**
 * Keys of a page. They do nothing while somebody types, holds a modifier or
 * has a dialog open. The focus itself is the cursor, so that what is
 * highlighted, read out and acted on is always the same row.
 */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || dialogIsOpen()) return;
      const shortcut = latest.current.find(one => one.key === event.key);
      if (!shortcut) return;
      event.preventDefault();
      shortcut.run(focusedRow()?.dataset.row, event);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Focuses the next (1) or previous (-1) row and brings it into view. */
export function moveFocus(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(rowSelector)];
  if (rows.length === 0) return;
  const current = focusedRow();
  const index = current ? rows.indexOf(current) + by : 0;
  const next = rows[Math.min(Math.max(index, 0), rows.length - 1)];
  (next.querySelector<HTMLElement>('[data-row-focus]') ?? next).focus();
  next.scrollIntoView?.({ block: 'nearest' });
}

export function focusSearch(): void {
  const field = document.querySelector<HTMLInputElement>('[data-search]');
  field?.focus();
  field?.select();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) {
    return !['checkbox', 'radio', 'button'].includes(target.type);
  }
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    !!target.closest('[role="combobox"], [role="listbox"]')
  );
}
