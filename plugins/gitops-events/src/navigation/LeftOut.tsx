import Box from '@mui/material/Box';
import { Sentence } from './Sentence';

/** What of a long text or payload is not shown; nothing where it is whole. */
export function LeftOut({ sentences = [] }: { sentences?: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <Box
      sx={{
        mt: 1,
        fontSize: '0.875rem',
        lineHeight: 1.5,
        overflowWrap: 'anywhere',
      }}
    >
      <strong>This is not all of it.</strong>
      {sentences.map(sentence => (
        <div key={sentence}>
          <Sentence>{sentence}</Sentence>
        </div>
      ))}
    </Box>
  );
}
