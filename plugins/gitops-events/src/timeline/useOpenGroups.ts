import type { TimelineGroup } from '@gitops-events/plugin-gitops-events-common';
import { useCallback, useRef, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { isMoving } from './groupProgress';

const freshMs = 30_000;
const mostAutomatic = 6;

/**
 * Which groups are open. The newest one and what is under way open by
 * themselves and stay open, so that nothing folds away while it is read; what
 * a person opens goes into the address (`open`), so that it can be shared.
 */
export function useOpenGroups(groups: readonly TimelineGroup[]) {
  const [params, setParams] = useSearchParams();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const automatic = useRef(new Set<string>());
  const named = params.get('open')?.split(',').filter(Boolean) ?? [];

  if (automatic.current.size === 0 && groups.length > 0 && !named.length) {
    automatic.current.add(groups[0].eventUid);
  }
  // The newest few at most: in a storm the page stays a list that can be read.
  groups.slice(0, 3).forEach((group, index) => {
    const fresh =
      index === 0 && Date.now() - Date.parse(group.receivedAt) < freshMs;
    if (fresh || isMoving(group)) {
      openByItself(automatic.current, group.eventUid, groups);
    }
  });
  const isOpen = (uid: string) =>
    !closed.has(uid) && (automatic.current.has(uid) || named.includes(uid));

  const toggle = useCallback(
    (uid: string, open: boolean) => {
      setClosed(old => {
        const next = new Set(old);
        if (open) next.delete(uid);
        else next.add(uid);
        return next;
      });
      setParams(
        old => {
          const next = new URLSearchParams(old);
          const rest = (next.get('open') ?? '')
            .split(',')
            .filter(one => one && one !== uid);
          const all = open ? [...rest, uid] : rest;
          if (all.length) next.set('open', all.join(','));
          else next.delete('open');
          return next;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  return { isOpen, toggle };
}

/**
 * Makes room by folding the oldest one, once that is settled. It lies far
 * below the new one; who reads down there has new ones held back.
 */
export function openByItself(
  open: Set<string>,
  uid: string,
  groups: readonly TimelineGroup[],
): void {
  if (open.has(uid)) return;
  if (open.size >= mostAutomatic) {
    const [oldest] = open;
    const group = groups.find(({ eventUid }) => eventUid === oldest);
    if (group && !group.settled) return;
    open.delete(oldest);
  }
  open.add(uid);
}
