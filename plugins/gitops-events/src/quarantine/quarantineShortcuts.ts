import type { Shortcut } from '../keyboard/useShortcuts';
import type { BulkVerb } from './bulkWords';
import type { Cause } from './causes';

/** The keys of the quarantine; each means the row that has the focus, where there is one. */
export function quarantineShortcuts(options: {
  causeOf: (rowId: string | undefined) => Cause | undefined;
  select: (cause: Cause) => void;
  comment: (cause: Cause | undefined) => void;
  decide: (verb: BulkVerb, cause: Cause | undefined) => void;
}): Shortcut[] {
  const { causeOf, select, comment, decide } = options;
  return [
    {
      key: 'x',
      help: 'Select the row',
      run: rowId => {
        const cause = causeOf(rowId);
        if (cause) select(cause);
      },
    },
    {
      key: 'r',
      help: 'Release',
      run: rowId => decide('release', causeOf(rowId)),
    },
    {
      key: 'd',
      help: 'Discard',
      run: rowId => decide('discard', causeOf(rowId)),
    },
    { key: 'c', help: 'Comment', run: rowId => comment(causeOf(rowId)) },
  ];
}
