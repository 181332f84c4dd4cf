import type { Theme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useEffect, useRef, useState } from 'react';
import type { Cause } from './causes';

/**
 * The cause that one looks at, as the address names it. Beside the list there
 * is room for one, so there is always one; below it, it opens and closes.
 */
export function useOpenCause<T>(
  causes: readonly Cause<T>[],
  named: string,
  name: (cause: string) => void,
) {
  const wide = useMediaQuery<Theme>(theme => theme.breakpoints.up('lg'));
  const open =
    causes.find(({ cause }) => cause === named) ??
    (wide ? causes[0] : undefined);

  // Below the list it would open out of sight.
  const panel = useRef<HTMLDivElement>(null);
  const below = wide ? undefined : open?.cause;
  useEffect(() => {
    if (below) panel.current?.scrollIntoView?.({ block: 'start' });
  }, [below]);

  // Counts how often a comment was asked for: each time the field takes the focus.
  const [commenting, setCommenting] = useState({ cause: '', times: 0 });

  return {
    open,
    panel,
    commenting: commenting.cause === open?.cause ? commenting.times : 0,
    show(cause: string) {
      setCommenting({ cause: '', times: 0 });
      name(cause === named && !wide ? '' : cause);
    },
    comment(cause = open) {
      if (!cause) return;
      name(cause.cause);
      setCommenting(old => ({ cause: cause.cause, times: old.times + 1 }));
    },
  };
}
