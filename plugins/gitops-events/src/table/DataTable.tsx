import Box from '@mui/material/Box';
import { Link } from 'react-router-dom';
import type { ReactNode } from 'react';
import { focusRing } from '../navigation/focusRing';

const narrow = '@media (max-width: 719.95px)';

const tableStyle = {
  width: '100%',
  tableLayout: 'fixed',
  borderCollapse: 'separate',
  borderSpacing: 0,
  fontSize: '0.875rem',
  border: 1,
  borderColor: 'divider',
  borderRadius: '8px',
  bgcolor: 'background.paper',
  '& th': {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    bgcolor: 'background.paper',
    textAlign: 'left',
    fontSize: '0.75rem',
    fontWeight: 600,
    color: 'text.secondary',
    px: 1.5,
    py: 1,
    borderBottom: 1,
    borderColor: 'divider',
    whiteSpace: 'nowrap',
    '&:first-of-type': { borderTopLeftRadius: '8px' },
    '&:last-of-type': { borderTopRightRadius: '8px' },
  },
  '& td': {
    px: 1.5,
    py: 1,
    verticalAlign: 'middle',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  '& tbody tr': { position: 'relative' },
  '& tbody tr + tr td': { borderTop: 1, borderColor: 'divider' },
  '& tr[data-link=true]:hover': { bgcolor: 'action.hover' },
  '& [data-align=right]': {
    textAlign: 'right',
    fontVariantNumeric: 'tabular-nums',
  },
  '& td[data-first]': {
    fontWeight: 600,
    whiteSpace: 'normal',
    overflowWrap: 'anywhere',
  },
  // The link covers its row, so that all of it can be clicked; other links in the row lie above it.
  '& a[data-row-focus]': { color: 'inherit', textDecoration: 'none' },
  '& a[data-row-focus]::after': {
    content: '""',
    position: 'absolute',
    inset: 0,
  },
  '& a[data-row-focus]:focus-visible': { outline: 'none' },
  '& a[data-row-focus]:focus-visible::after': {
    ...focusRing,
    borderRadius: '6px',
  },
  '& td:not([data-first]) a, & td:not([data-first]) button': {
    position: 'relative',
    zIndex: 1,
  },
  [narrow]: {
    display: 'block',
    border: 0,
    bgcolor: 'transparent',
    '& thead': {
      position: 'absolute',
      clip: 'rect(0 0 0 0)',
      overflow: 'hidden',
      width: '1px',
      height: '1px',
    },
    '& tbody': { display: 'grid', gap: 1 },
    '& tbody tr': {
      display: 'grid',
      border: '1px solid',
      borderColor: 'divider',
      borderRadius: '8px',
      bgcolor: 'background.paper',
      py: 0.75,
    },
    '& tbody tr + tr td': { borderTop: 0 },
    '& td': {
      display: 'flex',
      justifyContent: 'space-between',
      alignItems: 'baseline',
      gap: 2,
      py: 0.375,
      textAlign: 'right',
      whiteSpace: 'normal',
      overflowWrap: 'anywhere',
    },
    '& td[data-first]': { textAlign: 'left' },
    '& td[data-wide-only]': { display: 'none' },
    '& td[data-label]::before': {
      content: 'attr(data-label)',
      color: 'text.secondary',
      fontSize: '0.75rem',
      flexShrink: 0,
      textAlign: 'left',
    },
  },
} as const;

export interface Column<T> {
  header: string;
  cell: (row: T) => ReactNode;
  align?: 'right';
  /** Share of the table's width; what has none shares the rest. */
  width?: string;
  /** Left out where rows are cards. */
  wideOnly?: boolean;
}

/** Text that may be cut off is told on hover. */
const titleOf = (cell: ReactNode) =>
  typeof cell === 'string' ? cell : undefined;

/**
 * A table with a sticky head whose rows become cards on a narrow screen. The
 * first column is what people scan by; it is the link, and the whole row its
 * target.
 */
export function DataTable<T>(props: {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
  /** Where a row leads. */
  linkOf?: (row: T) => string;
}) {
  const { label, columns, rows, idOf, linkOf } = props;
  const [first, ...others] = columns;
  return (
    <Box component="table" role="table" aria-label={label} sx={tableStyle}>
      <Box component="thead" role="rowgroup">
        <tr role="row">
          {columns.map(({ header, align, width }) => (
            <th
              key={header}
              role="columnheader"
              scope="col"
              style={{ width, textAlign: align }}
            >
              {header}
            </th>
          ))}
        </tr>
      </Box>
      <Box component="tbody" role="rowgroup">
        {rows.map(row => {
          const to = linkOf?.(row);
          return (
            <tr
              key={idOf(row)}
              role="row"
              data-row={to && idOf(row)}
              data-link={!!to}
            >
              <Box component="td" role="cell" data-first>
                {to ? (
                  <Link to={to} data-row-focus>
                    {first.cell(row)}
                  </Link>
                ) : (
                  first.cell(row)
                )}
              </Box>
              {others.map(({ header, cell, align, wideOnly }) => (
                <Box
                  component="td"
                  key={header}
                  role="cell"
                  data-label={header}
                  data-wide-only={wideOnly}
                  data-align={align}
                  title={titleOf(cell(row))}
                >
                  {cell(row)}
                </Box>
              ))}
            </tr>
          );
        })}
      </Box>
    </Box>
  );
}
