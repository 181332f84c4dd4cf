import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type { StaleAfter } from './staleness';

/** After which time without a review people are reminded, and a change is closed. */
export function readStale(
  config: ReturnType<RootConfigService['getOptionalConfig']>,
): StaleAfter {
  const days = (key: string, normal: number) =>
    config?.getOptionalNumber(`stale.${key}`) ?? normal;
  const remind = days('remindAfterDays', 7);
  const close = days('closeAfterDays', 14);
  if (!(remind > 0 && close > remind)) {
    throw new InputError(
      'gitopsEvents.stale: remindAfterDays is above 0 and less than closeAfterDays',
    );
  }
  const day = 24 * 60 * 60_000;
  return { remindMs: remind * day, closeMs: close * day };
}

/** How long a change key that is being applied is left alone. */
export function readSyncing(
  config: ReturnType<RootConfigService['getOptionalConfig']>,
): { waitMs: number } {
  const seconds = config?.getOptionalNumber('syncing.waitSeconds') ?? 60;
  if (!(seconds >= 0)) {
    throw new InputError(
      `gitopsEvents.syncing.waitSeconds is ${seconds}; use 0 or more`,
    );
  }
  return { waitMs: seconds * 1_000 };
}
