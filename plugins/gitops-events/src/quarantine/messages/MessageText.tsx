import { useApi } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import type { RefusedMessageView } from '@gitops-events/plugin-gitops-events-common';
import { useMemo, useState } from 'react';
import { gitopsEventsApiRef } from '../../api/gitopsEventsApi';
import { ActionButton } from '../../feedback/ActionButton';
import { FormRefusal } from '../../feedback/FormEnd';
import { Code } from '../../navigation/Code';
import { Facts } from '../../navigation/Facts';
import { LeftOut } from '../../navigation/LeftOut';
import { Part } from '../Part';
import { formatted } from './formatted';

type Shown = Pick<RefusedMessageView, 'key' | 'headers'> & {
  text?: string;
  leftOut?: string[];
};

/** What a message says, without what looks like a secret: its beginning, and all of it once asked for. */
export function MessageText({ message }: { message: RefusedMessageView }) {
  const { number, bytes, isCut } = message;
  const api = useApi(gitopsEventsApiRef);
  const [whole, setWhole] = useState<Shown>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const {
    key,
    headers,
    text,
    leftOut = [],
  }: Shown = whole ?? {
    ...message,
    text: message.excerpt,
  };
  const showAll = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { content, ...rest } = await api.call('getRefusedMessage', {
        params: { number: String(number) },
      });
      setWhole({ ...rest, text: content });
    } catch (caught) {
      setError(caught);
    }
    setBusy(false);
  };
  const page = useMemo(
    () => (text === undefined ? undefined : formatted(text)),
    [text],
  );
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
      <Part
        title={
          bytes === undefined
            ? 'Message'
            : `Message, ${bytes.toLocaleString('en')} bytes`
        }
      >
        {page ? (
          <>
            <Code label="Message">{page.text}</Code>
            <LeftOut sentences={[...leftOut, ...page.leftOut]} />
          </>
        ) : (
          <Box sx={{ color: 'text.secondary' }}>It has no content.</Box>
        )}
        {isCut && !whole && (
          <Box sx={{ mt: 1, display: 'grid', gap: 1, justifyItems: 'start' }}>
            <ActionButton
              size="small"
              variant="outlined"
              disabled={busy}
              onClick={showAll}
            >
              {busy ? 'Loading…' : 'Show all of it'}
            </ActionButton>
            <FormRefusal error={error} />
          </Box>
        )}
      </Part>
    </>
  );
}
