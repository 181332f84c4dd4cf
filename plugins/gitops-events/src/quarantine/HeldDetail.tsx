import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import {
  quarantineReviewPermission,
  targetInWords,
  type HeldView,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { useRefusalReason } from '../api/useRefusalReason';
import { Verdicts } from '../changes/Verdicts';
import { ActionButton } from '../feedback/ActionButton';
import { Facts } from '../navigation/Facts';
import { Sentence } from '../navigation/Sentence';
import { RevertState } from '../reverts/RevertState';
import { TextLink } from '../navigation/TextLink';
import { sensorRouteRef } from '../routes';
import { RelativeTime } from '../time/RelativeTime';
import type { BulkVerb } from './bulkWords';
import type { Cause } from './causes';
import { ChooseOne } from './ChooseOne';
import { HeldComments } from './HeldComments';
import { HeldEvent } from './HeldEvent';
import { buttonsStyle, panelStyle } from './panelStyles';
import { Part } from './Part';
import { reasonFacts, verdictsOf } from './reasonDetail';
import { useHoldingRevert } from './useHoldingRevert';
import { WouldChange } from './WouldChange';

/** The selected cause: why it is held, the event, what it would change, and its history. */
export function HeldDetail(props: {
  cause: Cause;
  onAsk: (verb: BulkVerb) => void;
  onAskOne: (verb: BulkVerb, item: HeldView) => void;
  /** How often a comment was asked for by key. */
  commenting: number;
  onChanged: () => void;
}) {
  const { cause, onAsk, onAskOne, commenting, onChanged } = props;
  const { items } = cause;
  const [chosen, setChosen] = useState(items[0].id);
  const item = items.find(({ id }) => id === chosen) ?? items[0];
  const sensorRoute = useRouteRef(sensorRouteRef);
  const refused = useRefusalReason(quarantineReviewPermission, 'run', item.id);
  const holding = useHoldingRevert(item.reason);
  const notYet =
    refused ??
    (holding.revert && !holding.revert.rootCause
      ? 'State the root cause of the revert first.'
      : undefined);
  const verdicts = verdictsOf(item.reason);
  const step =
    item.steps.find(({ reason }) => reason) ??
    item.steps.find(({ state }) => state !== 'done');
  return (
    <Box component="section" aria-label="Selected cause" sx={panelStyle}>
      <ChooseOne
        items={items.map(({ id, title, heldAt }) => ({
          ...{ id, label: title, since: heldAt },
        }))}
        value={item.id}
        onChange={setChosen}
      />
      <Part title="Why">
        <Box sx={{ mb: 1 }}>
          <Sentence>{item.reason?.message ?? item.status.sentence}</Sentence>
        </Box>
        <Facts
          facts={[
            ['Run', item.title],
            [
              'Sensor',
              <TextLink
                key="sensor"
                to={`${sensorRoute({ name: item.sensor })}/source`}
              >
                {item.sensor}, revision {item.revision}
              </TextLink>,
            ],
            ['Replay', replayInWords(item)],
            ['Step', step && `${step.id} (${step.action})`],
            ['Attempts', step && step.attempts > 0 ? step.attempts : undefined],
            ['Held', <RelativeTime key="held" at={item.heldAt} />],
            ...reasonFacts(item.reason),
          ]}
        />
        {holding.revert && (
          <Box sx={{ mt: 1.5 }}>
            <RevertState revert={holding.revert} onChanged={holding.refresh} />
          </Box>
        )}
        {verdicts.length > 0 && (
          <Box sx={{ mt: 1.5 }}>
            <Verdicts verdicts={verdicts} />
          </Box>
        )}
      </Part>
      <HeldEvent key={item.eventUid} uid={item.eventUid} />
      <WouldChange
        key={item.id}
        changeId={item.changeId}
        judged={verdicts.length > 0}
      />
      <HeldComments
        item={item}
        refused={refused}
        commenting={commenting}
        onChanged={onChanged}
      />
      <Box sx={buttonsStyle}>
        <ActionButton
          color="error"
          variant="outlined"
          reason={refused}
          onClick={() => onAskOne('discard', item)}
        >
          Discard
        </ActionButton>
        <ActionButton
          variant={items.length > 1 ? 'outlined' : 'contained'}
          reason={notYet}
          onClick={() => onAskOne('release', item)}
        >
          {items.length > 1 ? 'Release this one' : 'Release'}
        </ActionButton>
        {items.length > 1 && (
          <ActionButton
            variant="contained"
            reason={notYet}
            onClick={() => onAsk('release')}
          >
            {`Release all ${items.length} like this`}
          </ActionButton>
        )}
      </Box>
    </Box>
  );
}

/** That a person had its event decided again, and where it lands. */
function replayInWords(run: HeldView): string | undefined {
  const { generation, target, redirectedFrom } = run;
  if (generation === 0) return undefined;
  if (!target || !redirectedFrom) return 'For real';
  const from = targetInWords(redirectedFrom);
  return `Redirected to ${targetInWords(target)}${from ? ` instead of ${from}` : ''}`;
}
