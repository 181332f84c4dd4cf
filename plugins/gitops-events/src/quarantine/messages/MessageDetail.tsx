import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import { useState } from 'react';
import { ActionButton } from '../../feedback/ActionButton';
import { Facts } from '../../navigation/Facts';
import { Sentence } from '../../navigation/Sentence';
import { TextLink } from '../../navigation/TextLink';
import { sourcesRouteRef } from '../../routes';
import { RelativeTime } from '../../time/RelativeTime';
import type { Cause, WaitingMessage } from '../causes';
import { ChooseOne } from '../ChooseOne';
import { buttonsStyle, panelStyle } from '../panelStyles';
import { Part } from '../Part';
import { MessageText } from './MessageText';
import type { MessageVerb } from './messageWords';

/** Messages that were refused for one reason: why, where they lie, what they say. */
export function MessageDetail(props: {
  cause: Cause<WaitingMessage>;
  notAllowed: string | undefined;
  onAsk: (verb: MessageVerb, items: readonly WaitingMessage[]) => void;
}) {
  const { cause, notAllowed, onAsk } = props;
  const { items } = cause;
  const [chosen, setChosen] = useState(items[0].id);
  const item = items.find(({ id }) => id === chosen) ?? items[0];
  const sources = useRouteRef(sourcesRouteRef)();
  const several = items.length > 1;
  return (
    <Box component="section" aria-label="Selected reason" sx={panelStyle}>
      <ChooseOne
        items={items.map(({ id, place, at }) => ({
          ...{ id, label: place, since: at },
        }))}
        value={item.id}
        onChange={setChosen}
      />
      <Part title="Why">
        <Box sx={{ mb: 1, overflowWrap: 'anywhere' }}>
          <Sentence>{item.reason}</Sentence>
        </Box>
        <Facts
          facts={[
            [
              'Source',
              <TextLink
                key="source"
                to={`${sources}?open=${encodeURIComponent(item.source)}`}
              >
                {item.source}
              </TextLink>,
            ],
            ['Place', item.place],
            ['Topic', item.topic],
            ['Refused', <RelativeTime key="refused" at={item.at} />],
            [
              'Written',
              item.sentAt && <RelativeTime key="written" at={item.sentAt} />,
            ],
          ]}
        />
      </Part>
      <MessageText key={item.id} message={item} />
      <Box sx={buttonsStyle}>
        <ActionButton
          color="error"
          variant="outlined"
          reason={notAllowed}
          onClick={() => onAsk('discard', [item])}
        >
          Discard
        </ActionButton>
        <ActionButton
          variant={several ? 'outlined' : 'contained'}
          reason={notAllowed}
          onClick={() => onAsk('retry', [item])}
        >
          {several ? 'Retry this one' : 'Retry'}
        </ActionButton>
        {several && (
          <ActionButton
            variant="contained"
            reason={notAllowed}
            onClick={() => onAsk('retry', items)}
          >
            {`Retry all ${items.length} like this`}
          </ActionButton>
        )}
      </Box>
    </Box>
  );
}
