import { useEffect } from 'react';
import { useLocation } from 'react-router-dom';

/** Brings the line that the address names (`#L12`) into view and gives it the focus. */
export function useLineInAddress(): void {
  const { hash, key } = useLocation();
  useEffect(() => {
    if (!/^#[A-Z]\d+$/.test(hash)) return;
    const line = document.getElementById(hash.slice(1));
    line?.focus({ preventScroll: true });
    line?.scrollIntoView?.({ block: 'center', inline: 'start' });
    // The same line can be asked for again.
  }, [hash, key]);
}
