import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import { boxStyle } from '../../navigation/Section';

/** A box of the graph: what it is, in words, and below a line what left the flow here. */
export function FlowNode(props: {
  title: string;
  /** What kind of thing it is. */
  note?: string;
  children?: ReactNode;
  exits?: ReactNode;
}) {
  const { title, note, children, exits } = props;
  return (
    <Box sx={{ ...boxStyle, p: 0, overflow: 'hidden' }}>
      <Box sx={{ px: 2, py: 1.25, display: 'grid', gap: 0.5 }}>
        <Box
          sx={{
            display: 'flex',
            flexWrap: 'wrap',
            alignItems: 'baseline',
            columnGap: 1,
          }}
        >
          <Box
            component="h3"
            sx={{
              m: 0,
              fontSize: '0.875rem',
              fontWeight: 600,
              lineHeight: 1.5,
              overflowWrap: 'anywhere',
            }}
          >
            {title}
          </Box>
          {note && (
            <Box
              component="span"
              sx={{ fontSize: '0.75rem', color: 'text.secondary' }}
            >
              {note}
            </Box>
          )}
        </Box>
        {children && (
          <Box
            sx={{
              display: 'grid',
              gap: 0.5,
              fontSize: '0.8125rem',
              overflowWrap: 'anywhere',
            }}
          >
            {children}
          </Box>
        )}
      </Box>
      {exits && (
        <Box
          sx={{
            px: 2,
            py: 0.875,
            borderTop: '1px dashed',
            borderColor: 'divider',
            bgcolor: 'action.hover',
            fontSize: '0.8125rem',
            display: 'grid',
            gap: 0.25,
          }}
        >
          {exits}
        </Box>
      )}
    </Box>
  );
}

/** An expression, cut after some lines; the whole is told on hover and stands in the source. */
export function NodeCode({ children }: { children: string }) {
  return (
    <Box
      component="code"
      title={children}
      sx={{
        fontFamily: 'monospace',
        fontSize: '0.75rem',
        lineHeight: 1.5,
        color: 'text.secondary',
        whiteSpace: 'pre-wrap',
        overflowWrap: 'anywhere',
        display: '-webkit-box',
        WebkitBoxOrient: 'vertical',
        WebkitLineClamp: 6,
        overflow: 'hidden',
      }}
    >
      {children}
    </Box>
  );
}
