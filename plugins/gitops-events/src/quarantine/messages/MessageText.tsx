import Box from '@mui/material/Box';
import type { RefusedMessageView } from '@gitops-events/plugin-gitops-events-common';
import { Code } from '../../navigation/Code';
import { Facts } from '../../navigation/Facts';
import { Part } from '../Part';
import { formatted } from './formatted';

/** What a message says, without what looks like a secret. */
export function MessageText({ message }: { message: RefusedMessageView }) {
  const { key, headers, excerpt } = message;
  const names = Object.keys(headers).sort();
  return (
    <>
      {(key !== undefined || names.length > 0) && (
        <Part title="Key and headers">
          <Facts
            facts={[
              ['key', key],
              ...names.map(name => [name, headers[name]] as const),
            ]}
          />
        </Part>
      )}
      <Part title="Message">
        {excerpt === undefined ? (
          <Box sx={{ color: 'text.secondary' }}>It has no content.</Box>
        ) : (
          <Code label="Message">{formatted(excerpt)}</Code>
        )}
      </Part>
    </>
  );
}
