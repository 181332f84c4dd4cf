import { useRouteRef } from '@backstage/core-plugin-api';
import Box from '@mui/material/Box';
import type {
  RehearsedRun,
  ReplayFinding,
} from '@gitops-events/plugin-gitops-events-common';
import { useState } from 'react';
import { ActionButton } from '../../feedback/ActionButton';
import { boxStyle } from '../../navigation/Section';
import { Sentence } from '../../navigation/Sentence';
import { TextLink } from '../../navigation/TextLink';
import { eventRouteRef } from '../../routes';
import { StatusChip } from '../../status/StatusChip';
import { RelativeTime } from '../../time/RelativeTime';
import { RehearsedStep } from '../bench/RehearsedStep';
import { outcomes } from '../outcomes';
import { differences } from './replayWords';

/** One event that is decided otherwise: what was said then, what is said now, and what the runs would do. */
export function ReplayedEvent({ finding }: { finding: ReplayFinding }) {
  const { eventUid, eventType, eventSubject, acceptedAt, then, now } = finding;
  const to = useRouteRef(eventRouteRef)({ uid: eventUid });
  const difference = differences[finding.difference];
  return (
    <Box component="li" sx={{ ...boxStyle, display: 'grid', gap: 1 }}>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          columnGap: 1,
          rowGap: 0.5,
          alignItems: 'center',
        }}
      >
        <StatusChip
          status={{ ...difference, sentence: `${difference.word}.` }}
        />
        <TextLink to={to} sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
          {eventSubject || eventType}
        </TextLink>
        <Box
          component="span"
          sx={{ color: 'text.secondary', fontSize: '0.8125rem', ml: 'auto' }}
        >
          <RelativeTime at={acceptedAt} />
        </Box>
      </Box>
      <Box
        component="dl"
        sx={{
          m: 0,
          display: 'grid',
          gridTemplateColumns: 'auto minmax(0, 1fr)',
          columnGap: 1.5,
          rowGap: 0.5,
          '& dt': { color: 'text.secondary' },
          '& dd': { m: 0, minWidth: 0, overflowWrap: 'anywhere' },
        }}
      >
        <dt>Then</dt>
        <dd>
          {then ? (
            <Said outcome={then.outcome} message={then.reason.message} />
          ) : (
            'It was not asked: it did not listen to this event, or came later.'
          )}
        </dd>
        <dt>Now</dt>
        <dd>
          <Said outcome={now.outcome} message={now.reason.message} />
        </dd>
      </Box>
      {now.runId && (
        <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
          It made a run; the event’s timeline tells how that went.
        </Box>
      )}
      {(now.run || then?.run) && <Runs then={then?.run} now={now.run} />}
    </Box>
  );
}

function Said(props: {
  outcome: ReplayFinding['now']['outcome'];
  message: string;
}) {
  const { outcome, message } = props;
  return (
    <>
      <b>{outcomes[outcome].word}.</b> <Sentence>{message}</Sentence>
    </>
  );
}

/** Unfolded on demand: a page of diffs cannot be read. */
function Runs(props: { then?: RehearsedRun; now?: RehearsedRun }) {
  const { then, now } = props;
  const [open, setOpen] = useState(false);
  return (
    <Box sx={{ minWidth: 0 }}>
      <ActionButton
        size="small"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        sx={{ ml: -0.75 }}
      >
        {open ? 'Hide what it would do' : 'Show what it would do'}
      </ActionButton>
      {open && (
        <Box sx={{ display: 'grid', gap: 2, mt: 1 }}>
          {then && <Run title="As it was then" run={then} />}
          {now && <Run title={then ? 'As it is now' : now.title} run={now} />}
        </Box>
      )}
    </Box>
  );
}

function Run({ title, run }: { title: string; run: RehearsedRun }) {
  return (
    <Box component="section" aria-label={title} sx={{ minWidth: 0 }}>
      <Box component="h3" sx={{ fontSize: '0.875rem', m: 0, mb: 1 }}>
        {title}
      </Box>
      <Box
        component="ol"
        sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 1.5 }}
      >
        {run.steps.map((step, index) => (
          <RehearsedStep key={step.id} step={step} number={index + 1} />
        ))}
      </Box>
    </Box>
  );
}
