import { partsOfSentence } from '@gitops-events/plugin-gitops-events-common';
import Box from '@mui/material/Box';
import { EntityName } from './EntityName';

const codeStyle = {
  fontFamily: 'monospace',
  fontSize: '0.92em',
  px: 0.5,
  py: '1px',
  borderRadius: '4px',
  bgcolor: 'action.hover',
  overflowWrap: 'anywhere',
} as const;

/**
 * A sentence of the API, with the names of the people and teams that it refers
 * to, and what stands between backticks as code.
 */
export function Sentence({ children }: { children: string }) {
  return (
    <>
      {children.split(/`([^`]+)`/).map((text, index) =>
        index % 2 === 1 ? (
          <Box key={index} component="code" sx={codeStyle}>
            {text}
          </Box>
        ) : (
          <Named key={index} text={text} />
        ),
      )}
    </>
  );
}

function Named({ text }: { text: string }) {
  return (
    <>
      {partsOfSentence(text).map((part, index) =>
        'ref' in part ? (
          <EntityName key={index} entityRef={part.ref} />
        ) : (
          part.text
        ),
      )}
    </>
  );
}
