import type {
  BreakerView,
  SensorDetail,
  SensorView,
  Status,
} from '@gitops-events/plugin-gitops-events-common';

const count = (number: number, noun: string) =>
  `${number} ${noun}${number === 1 ? '' : 's'}`;

const modeSentences: Record<SensorView['mode'], string> = {
  observe: 'It records what it would do and changes nothing.',
  propose: 'It opens pull requests; a person merges them.',
  auto: 'It opens pull requests and merges them itself when every check agrees.',
};

export const modeWords: Record<SensorView['mode'], string> = {
  observe: 'Only records',
  propose: 'A person merges',
  auto: 'Merges by itself',
};

export function breakerInWords({ state, failures }: BreakerView): string {
  if (state !== 'closed') return state === 'open' ? 'Open' : 'Being tried';
  return failures === 0 ? 'Closed' : `Closed, ${count(failures, 'failure')}`;
}

export const keysInWords = (keys: number) => keys.toLocaleString('en');

/** Whether four fifths of what it may remember are taken. */
export function memoryIsShort({ keys, limit }: SensorDetail['memory']) {
  return keys >= 0.8 * limit;
}

/** Whether an observing sensor may be trusted to write; undefined for the others. */
export function agreementInWords(sensor: SensorView): string | undefined {
  const { mode, agreement } = sensor;
  if (!agreement) {
    return mode === 'observe' ? 'No run is a day old yet' : undefined;
  }
  const { agreed, of } = agreement;
  const share = Math.floor((agreed / of) * 100);
  return `${share} % of ${count(of, 'run')}: the branch came to hold the same`;
}

/** Where a sensor stands, worst news first. */
export function sensorStatus(sensor: SensorView): Status {
  const { revision, problems, paused, counts, mode, breaker } = sensor;
  const errors = problems.filter(mark => mark.severity === 'error').length;
  if (revision === undefined) {
    return {
      tone: 'error',
      word: 'Refused',
      sentence: `It never had a valid text, so it decides nothing. Mend ${count(errors, 'error')} in its source.`,
    };
  }
  if (errors > 0) {
    return {
      tone: 'error',
      word: 'New text refused',
      sentence: `Its newest text has ${count(errors, 'error')}; until that is mended, revision ${revision} stays active.`,
    };
  }
  if (paused) {
    return {
      tone: 'neutral',
      word: 'Paused',
      sentence: 'It lets every event pass by until somebody resumes it.',
    };
  }
  if (breaker && breaker.state !== 'closed') {
    return {
      tone: 'warning',
      word: breaker.state === 'open' ? 'Circuit open' : 'Circuit tried',
      sentence:
        'Its runs kept failing, so new ones wait until it is tried again.',
    };
  }
  if (counts.held > 0) {
    return {
      tone: 'warning',
      word: `${counts.held} held`,
      sentence: `${count(counts.held, 'run')} of it ${counts.held === 1 ? 'waits' : 'wait'} in quarantine for a person.`,
    };
  }
  return {
    tone: 'success',
    word: 'Active',
    sentence: modeSentences[mode],
  };
}
