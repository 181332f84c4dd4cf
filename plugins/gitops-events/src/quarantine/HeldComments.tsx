import { useApi } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import type { HeldView } from '@gitops-events/plugin-gitops-events-common';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { gitopsEventsApiRef } from '../api/gitopsEventsApi';
import { sentenceOf } from '../api/refusal';
import { ActionButton } from '../feedback/ActionButton';
import { EntityLink } from '../navigation/EntityLink';
import { Sentence } from '../navigation/Sentence';
import { RelativeTime } from '../time/RelativeTime';
import { Part } from './Part';

/** Who said what about a held run, and a line to add to it. */
export function HeldComments(props: {
  item: HeldView;
  refused: string | undefined;
  /** Each time it grows the field takes the focus. */
  commenting: number;
  onChanged: () => void;
}) {
  const { item, refused, commenting, onChanged } = props;
  const api = useApi(gitopsEventsApiRef);
  const [text, setText] = useState('');
  const [error, setError] = useState<unknown>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (commenting > 0) field.current?.focus();
  }, [commenting]);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    try {
      await api.call('commentHeld', {
        params: { id: item.id },
        body: { text: text.trim() },
      });
      setText('');
      setError(undefined);
      onChanged();
    } catch (caught) {
      setError(caught);
    }
  };

  return (
    <Part title="History">
      <Box
        component="ul"
        sx={{
          m: 0,
          mb: 1,
          p: 0,
          listStyle: 'none',
          display: 'grid',
          gap: 0.75,
        }}
      >
        <li>
          Held, <RelativeTime at={item.heldAt} />
        </li>
        {item.comments.map(({ at, by, text: said }) => (
          <Box
            component="li"
            key={`${at} ${by}`}
            sx={{ overflowWrap: 'anywhere' }}
          >
            <EntityLink entityRef={by} />, <RelativeTime at={at} />:{' '}
            <Box component="span" sx={{ whiteSpace: 'pre-wrap' }}>
              {said}
            </Box>
          </Box>
        ))}
      </Box>
      <Box
        component="form"
        onSubmit={send}
        sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}
      >
        <TextField
          fullWidth
          size="small"
          inputRef={field}
          placeholder="Add a comment…"
          value={text}
          onChange={event => setText(event.target.value)}
          inputProps={{ 'aria-label': 'Add a comment', maxLength: 2000 }}
          error={error !== undefined}
          helperText={
            error === undefined ? undefined : (
              <Sentence>{sentenceOf(error)}</Sentence>
            )
          }
        />
        <ActionButton
          type="submit"
          variant="outlined"
          reason={refused}
          sx={{ height: 40 }}
        >
          Comment
        </ActionButton>
      </Box>
    </Part>
  );
}
