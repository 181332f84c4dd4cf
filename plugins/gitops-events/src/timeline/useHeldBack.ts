import {
  useCallback,
  useEffect,
  useRef,
  useState,
  type RefObject,
} from 'react';
import { splitUnseen } from './heldBack';

/** Holds new rows back while the top of the list is out of view. */
export function useHeldBack<T>(
  items: readonly T[],
  idOf: (item: T) => string,
): {
  shown: T[];
  unseen: number;
  reveal: () => void;
  topRef: RefObject<HTMLDivElement>;
} {
  const topRef = useRef<HTMLDivElement>(null);
  const [atTop, setAtTop] = useState(true);
  const seen = useRef<ReadonlySet<string>>(new Set());

  useEffect(() => {
    const top = topRef.current;
    if (!top || typeof IntersectionObserver === 'undefined') return undefined;
    const observer = new IntersectionObserver(([entry]) =>
      setAtTop(entry.isIntersecting),
    );
    observer.observe(top);
    return () => observer.disconnect();
  }, []);

  const { unseen, shown } = atTop
    ? { unseen: [], shown: [...items] }
    : splitUnseen(items, seen.current, idOf);
  useEffect(() => {
    seen.current = new Set(shown.map(idOf));
  });

  const reveal = useCallback(() => {
    topRef.current?.scrollIntoView({ block: 'center' });
    setAtTop(true);
  }, []);
  return { shown, unseen: unseen.length, reveal, topRef };
}
