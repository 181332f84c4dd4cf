import Box from '@mui/material/Box';
import {
  repositoryInWords,
  type RehearsedStep as Step,
  type Status,
} from '@gitops-events/plugin-gitops-events-common';
import { Verdicts } from '../../changes/Verdicts';
import { DiffViewer } from '../../diff/DiffViewer';
import { Code } from '../../navigation/Code';
import { boxStyle } from '../../navigation/Section';
import { Sentence } from '../../navigation/Sentence';
import { StatusChip } from '../../status/StatusChip';

/** What a step would do: the values it gets, and for a change the files, the verdicts and what happens then. */
export function RehearsedStep(props: { step: Step; number: number }) {
  const { step, number } = props;
  const { id, action, skipped, held, change, input } = step;
  const why = held ?? skipped;
  return (
    <Box component="li" sx={{ ...boxStyle, display: 'grid', gap: 1.5 }}>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          columnGap: 1,
          alignItems: 'center',
        }}
      >
        <b>
          {number}. {id}
        </b>
        <Box
          component="span"
          sx={{ color: 'text.secondary', fontSize: '0.8125rem', mr: 'auto' }}
        >
          {action}
        </Box>
        <StatusChip status={statusOf(step)} />
      </Box>
      {why && (
        <div>
          <Sentence>{why.message}</Sentence>
        </div>
      )}
      {change && <Change change={change} />}
      {input !== undefined && (
        <details>
          <Box
            component="summary"
            sx={{ cursor: 'pointer', color: 'text.secondary' }}
          >
            Input, resolved
          </Box>
          <Box sx={{ mt: 1 }}>
            <Code label={`Input of ${id}`}>
              {JSON.stringify(input, undefined, 2)}
            </Code>
          </Box>
        </details>
      )}
    </Box>
  );
}

function Change({ change }: { change: NonNullable<Step['change']> }) {
  const { repository, base, diff, verdicts, whyNot, waitsFor } = change;
  return (
    <>
      <div>
        {diff.length === 0
          ? `Nothing would change in ${repositoryInWords(repository)}, branch ${base}: it is already so.`
          : `Into ${repositoryInWords(repository)}, branch ${base}. `}
        {diff.length > 0 &&
          (waitsFor === undefined ? (
            'It would merge by itself.'
          ) : (
            <Sentence>{waitsFor}</Sentence>
          ))}
      </div>
      {diff.length > 0 && whyNot.length > 0 && (
        <Box component="ul" sx={{ m: 0, pl: 2.5, color: 'text.secondary' }}>
          {whyNot.map(reason => (
            <li key={reason}>
              <Sentence>{reason}</Sentence>
            </li>
          ))}
        </Box>
      )}
      {diff.length > 0 && (
        <Box sx={{ minWidth: 0, pt: diff.length > 1 ? 3 : 0 }}>
          <DiffViewer files={diff} />
        </Box>
      )}
      {verdicts.length > 0 && <Verdicts verdicts={verdicts} />}
    </>
  );
}

function statusOf({ held, skipped, change }: Step): Status {
  if (held) {
    return { tone: 'warning', word: 'Held here', sentence: held.message };
  }
  if (skipped) {
    return { tone: 'neutral', word: 'Skipped', sentence: skipped.message };
  }
  if (!change) {
    return {
      tone: 'neutral',
      word: 'Not acted on',
      sentence: 'A test does not act, so what this step finds is not known.',
    };
  }
  return change.mergesItself
    ? { tone: 'success', word: 'Merges', sentence: 'It merges by itself.' }
    : {
        tone: 'warning',
        word: 'Waits',
        sentence: change.waitsFor ?? 'A person merges it.',
      };
}
