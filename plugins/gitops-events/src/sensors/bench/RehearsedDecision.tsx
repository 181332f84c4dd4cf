import Box from '@mui/material/Box';
import type { RehearsedDecision as Decision } from '@gitops-events/plugin-gitops-events-common';
import { EntityLink } from '../../navigation/EntityLink';
import { Facts } from '../../navigation/Facts';
import { Section, boxStyle } from '../../navigation/Section';
import { Sentence } from '../../navigation/Sentence';
import { StatusChip } from '../../status/StatusChip';
import { outcomes } from '../outcomes';
import { ExpressionValues } from './ExpressionValues';
import { inShort } from './inShort';
import { RehearsedStep } from './RehearsedStep';

const wouldWords: Record<string, string> = {
  fired: 'It would fire',
  notMatched: 'It would not fire',
  suppressed: 'It would not fire',
  held: 'It would be held for a person',
  waiting: 'It would wait',
};

/** What a rule says to an event: the outcome in a sentence, the values behind it, what its run would do. */
export function RehearsedDecision(props: {
  decision: Decision;
  showSensor: boolean;
}) {
  const { decision, showSensor } = props;
  const { outcome, reason, run, dependencies = [] } = decision;
  return (
    <>
      <Section title={showSensor ? `Outcome of ${decision.sensor}` : 'Outcome'}>
        <Box sx={{ ...boxStyle, display: 'grid', gap: 0.75 }}>
          <Box
            sx={{
              display: 'flex',
              flexWrap: 'wrap',
              gap: 1,
              alignItems: 'center',
            }}
          >
            <StatusChip
              status={{ ...outcomes[outcome], sentence: reason.message }}
            />
            <b>
              {wouldWords[outcome]}
              {run && outcome === 'fired' && `: ${run.title}`}
              {run?.held && ', and its run would be held for a person'}
              {run?.waits && ', and its run would wait'}
            </b>
          </Box>
          <Box sx={{ overflowWrap: 'anywhere' }}>
            <Sentence>{reason.message}</Sentence>
          </Box>
          {[run?.held, run?.waits].map(
            begin =>
              begin &&
              begin.message !== reason.message && (
                <Box key={begin.code} sx={{ overflowWrap: 'anywhere' }}>
                  <Sentence>{begin.message}</Sentence>
                </Box>
              ),
          )}
          <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>
            A test begins without a memory: duplicates, windows and limits know
            only the event tested.
          </Box>
        </Box>
      </Section>
      {dependencies.some(({ parts }) => parts) && (
        <Section title="What each expression came to">
          {dependencies.map(dependency => (
            <ExpressionValues key={dependency.name} dependency={dependency} />
          ))}
        </Section>
      )}
      {run && (
        <>
          <Section title="Values of the run" boxed>
            <Facts
              facts={[
                ...Object.entries(run.params).map(
                  ([name, value]) => [name, inShort(value)] as const,
                ),
                [
                  'Entity',
                  run.entityRef && <EntityLink entityRef={run.entityRef} />,
                ],
                ['Target', Object.values(run.target ?? {}).join(', ')],
                ...Object.entries(run.context ?? {}),
              ]}
            />
          </Section>
          <Section title="What it would do">
            <Box
              component="ol"
              sx={{
                m: 0,
                p: 0,
                listStyle: 'none',
                display: 'grid',
                gap: 1.5,
                minWidth: 0,
              }}
            >
              {run.steps.map((step, index) => (
                <RehearsedStep key={step.id} step={step} number={index + 1} />
              ))}
            </Box>
          </Section>
        </>
      )}
    </>
  );
}
