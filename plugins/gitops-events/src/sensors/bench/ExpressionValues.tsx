import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import type {
  ExplainedDependencyView,
  ExplainedFilterPart,
} from '@gitops-events/plugin-gitops-events-common';
import { boxStyle } from '../../navigation/Section';
import { toneColours, type Tone } from '../../status/toneColours';

const tableStyle = {
  width: '100%',
  borderCollapse: 'collapse',
  tableLayout: 'fixed',
  fontSize: '0.8125rem',
  '& th': {
    textAlign: 'left',
    fontSize: '0.75rem',
    fontWeight: 600,
    color: 'text.secondary',
  },
  '& th, & td': {
    px: 2,
    py: 0.75,
    verticalAlign: 'top',
    overflowWrap: 'anywhere',
    borderTop: 1,
    borderColor: 'divider',
  },
  '& th:first-of-type': { width: '62%' },
  '& code': { fontFamily: 'monospace' },
  '& tr[data-whole=true] td': { bgcolor: 'action.hover' },
} as const;

/** The filter of a dependency, and what it and each of its parts came to. */
export function ExpressionValues({
  dependency,
}: {
  dependency: ExplainedDependencyView;
}) {
  const { name, listens, parts, type, ingress } = dependency;
  return (
    <Box sx={{ ...boxStyle, p: 0, mb: 1, overflow: 'hidden' }}>
      <Box sx={{ px: 2, py: 1, fontWeight: 600 }}>Filter of {name}</Box>
      {!listens && (
        <Box sx={{ px: 2, pb: 1.5, color: 'text.secondary' }}>
          Not asked: it listens to {type}
          {ingress && ` from ${ingress}`}.
        </Box>
      )}
      {listens && !parts && (
        <Box sx={{ px: 2, pb: 1.5, color: 'text.secondary' }}>
          It has none: each event of its type matches.
        </Box>
      )}
      {parts && (
        <Box component="table" sx={tableStyle}>
          <thead>
            <tr>
              <th scope="col">Expression</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part, index) => (
              <tr key={`${part.offset} ${part.text}`} data-whole={index === 0}>
                <td>
                  <code>{part.text}</code>
                </td>
                <td>
                  <Value part={part} />
                </td>
              </tr>
            ))}
          </tbody>
        </Box>
      )}
    </Box>
  );
}

function Value({ part }: { part: ExplainedFilterPart }) {
  const theme = useTheme();
  if (part.notEvaluated) {
    return (
      <Box component="span" sx={{ color: 'text.secondary' }}>
        not needed
      </Box>
    );
  }
  const failed = part.error !== undefined;
  const tone = failed ? 'error' : toneOf(part.value);
  return (
    <Box
      component={failed ? 'span' : 'code'}
      sx={{
        color: tone && toneColours(theme, tone).text,
        fontWeight: tone && 600,
      }}
    >
      {failed ? part.error : JSON.stringify(part.value)}
    </Box>
  );
}

function toneOf(value: unknown): Tone | undefined {
  if (value === true) return 'success';
  return value === false ? 'error' : undefined;
}
