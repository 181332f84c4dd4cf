import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

/** Height at which edges leave and enter nodes, from a node's top. */
export const edgeAt = 26;

interface Flow {
  count: number;
  /** The largest count of the graph: its edge is the thickest. */
  most: number;
}

function lineOf({ count, most }: Flow) {
  const thickness =
    count === 0 ? 1 : Math.round(1.5 + 3 * Math.sqrt(count / most));
  return {
    thickness,
    colour: count === 0 ? 'divider' : 'primary.main',
    // What nothing passed is there, but no more than that.
    style: count === 0 ? 'dashed' : 'solid',
  };
}

/** A line down with an arrow, and what passed along it. */
export function EdgeDown(props: Flow & { children: ReactNode }) {
  const { children, ...flow } = props;
  const { thickness, colour, style } = lineOf(flow);
  return (
    <Box
      sx={{
        display: 'grid',
        gridTemplateColumns: '32px minmax(0, 1fr)',
        alignItems: 'center',
        minHeight: 40,
      }}
    >
      <Box
        aria-hidden
        sx={{
          display: 'flex',
          flexDirection: 'column',
          alignItems: 'center',
          alignSelf: 'stretch',
        }}
      >
        <Box
          sx={{
            flex: 1,
            borderLeft: `${thickness}px ${style}`,
            borderColor: colour,
          }}
        />
        <Head colour={colour} to="down" />
      </Box>
      <EdgeLabel>{children}</EdgeLabel>
    </Box>
  );
}

/** A line to the right with an arrow, and what passed along it above. */
export function EdgeRight(
  props: Flow & { children: ReactNode; head?: boolean },
) {
  const { children, head = true, ...flow } = props;
  const { thickness, colour, style } = lineOf(flow);
  return (
    <Box sx={{ height: edgeAt * 2, position: 'relative' }}>
      <Box
        sx={{
          position: 'absolute',
          bottom: '50%',
          left: 4,
          right: 12,
          pb: 0.5,
          textAlign: 'center',
        }}
      >
        <EdgeLabel>{children}</EdgeLabel>
      </Box>
      <Box
        aria-hidden
        sx={{
          position: 'absolute',
          inset: 0,
          display: 'flex',
          alignItems: 'center',
        }}
      >
        <Box
          sx={{
            flex: 1,
            borderTop: `${thickness}px ${style}`,
            borderColor: colour,
          }}
        />
        {head && <Head colour={colour} to="right" />}
      </Box>
    </Box>
  );
}

/** A line from top to bottom without an arrow. */
export function Riser(flow: Flow) {
  const { thickness, colour, style } = lineOf(flow);
  return (
    <Box
      aria-hidden
      sx={{
        borderLeft: `${thickness}px ${style}`,
        borderColor: colour,
        transform: 'translateX(-50%)',
      }}
    />
  );
}

function EdgeLabel({ children }: { children: ReactNode }) {
  return (
    <Box
      component="span"
      sx={{
        fontSize: '0.75rem',
        lineHeight: 1.3,
        color: 'text.secondary',
        fontVariantNumeric: 'tabular-nums',
        '& b': { color: 'text.primary', fontSize: '0.8125rem' },
      }}
    >
      {children}
    </Box>
  );
}

function Head({ colour, to }: { colour: string; to: 'right' | 'down' }) {
  const [side, along] =
    to === 'right' ? ['borderLeft', 'Block'] : ['borderTop', 'Inline'];
  const [tip, wing] = ['9px solid', '6px solid transparent'];
  return (
    <Box
      sx={{
        width: 0,
        height: 0,
        [`border${along}Start`]: wing,
        [`border${along}End`]: wing,
        [side]: tip,
        [`${side}Color`]: colour,
      }}
    />
  );
}
