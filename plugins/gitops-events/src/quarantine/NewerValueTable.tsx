import Box from '@mui/material/Box';
import type { NewerValue } from '@gitops-events/plugin-gitops-events-common';
import { RelativeTime } from '../time/RelativeTime';

const cellStyle = {
  px: 1,
  py: 0.5,
  textAlign: 'left',
  verticalAlign: 'top',
  borderTop: 1,
  borderColor: 'divider',
  overflowWrap: 'anywhere',
} as const;

/** The value of the run to be released, beside the newer one that it would replace. */
export function NewerValueTable({ newer }: { newer: NewerValue }) {
  const { title, at, values } = newer;
  return (
    <Box sx={{ fontSize: '0.8125rem', mt: 0.5 }}>
      <Box sx={{ color: 'text.secondary' }}>
        “{title}” asked later (<RelativeTime at={at} />) and its value has been
        written.
        {values.length === 0 && ' Both ask for the same values.'}
      </Box>
      {values.length > 0 && (
        <Box
          component="table"
          sx={{ mt: 0.5, width: '100%', borderCollapse: 'collapse' }}
        >
          <thead>
            <tr>
              {['Value', 'This run, older', 'There now, newer'].map(head => (
                <Box
                  component="th"
                  scope="col"
                  key={head}
                  sx={{ ...cellStyle, border: 0, fontWeight: 600 }}
                >
                  {head}
                </Box>
              ))}
            </tr>
          </thead>
          <tbody>
            {values.map(value => (
              <tr key={value.name}>
                <Box
                  component="th"
                  scope="row"
                  sx={{ ...cellStyle, fontWeight: 400 }}
                >
                  {value.name}
                </Box>
                <Box component="td" sx={cellStyle}>
                  <code>{value.older ?? 'not set'}</code>
                </Box>
                <Box component="td" sx={cellStyle}>
                  <code>{value.newer ?? 'not set'}</code>
                </Box>
              </tr>
            ))}
          </tbody>
        </Box>
      )}
    </Box>
  );
}
