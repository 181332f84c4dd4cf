import type { LoggerService } from '@backstage/backend-plugin-api';
import type { SignalsService } from '@backstage/plugin-signals-node';
import { SIGNAL_CHANNEL } from '@gitops-events/plugin-gitops-events-common';
import type { NudgeTopic, Nudges } from '../nudges';

const topics: NudgeTopic[] = ['timeline', 'events', 'sensors', 'changes'];

/**
 * Tells every open page that there may be news, and nothing else: signal
 * channels have no authorisation, so pages fetch through the API. At most one
 * tick in `gapMs`; the last news of a gap is always told at its end.
 *
 * @returns the function that ends it
 */
export function startTicks(options: {
  nudges: Nudges;
  signals: SignalsService;
  logger: LoggerService;
  /** Milliseconds. */
  gapMs?: number;
}): () => void {
  const { nudges, signals, logger, gapMs = 100 } = options;
  let tick = 0;
  let resting: NodeJS.Timeout | undefined;
  let news = false;

  const send = () => {
    news = false;
    tick += 1;
    signals
      .publish({
        recipients: { type: 'broadcast' },
        channel: SIGNAL_CHANNEL,
        message: { tick },
      })
      .catch(error => logger.debug(`A tick was lost: ${error}`));
    resting = setTimeout(() => {
      resting = undefined;
      if (news) send();
    }, gapMs);
  };
  const tell = () => {
    news = true;
    if (!resting) send();
  };

  const ends = topics.map(topic => nudges.on(topic, tell));
  return () => {
    ends.forEach(end => end());
    clearTimeout(resting);
  };
}
