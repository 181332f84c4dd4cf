import type {
  LoggerService,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { readConfig, type GitopsEventsConfig } from './config';

/**
 * Takes over what may change while the backend runs: targets with their freezes,
 * and boundaries. Secrets are asked for where they are used, and so live already.
 * All else is as it was at the start. A configuration that cannot be read leaves
 * the last good one.
 *
 * @param config - as it was read at the start; changed in place, so read from it each time
 * @returns what ends it
 */
export function followConfig(options: {
  root: RootConfigService;
  config: GitopsEventsConfig;
  logger: LoggerService;
  /** Called when something was taken over. */
  changed(): Promise<void>;
}): () => void {
  const { root, config, logger, changed } = options;
  const subscription = root.subscribe?.(() => {
    try {
      const { targets, boundaries } = readConfig(root);
      Object.assign(config, { targets, boundaries });
    } catch (error) {
      logger.error(
        'The changed configuration of gitopsEvents is not taken over',
        error as Error,
      );
      return;
    }
    changed().catch(error =>
      logger.error('The changed configuration takes effect later', error),
    );
  });
  return () => subscription?.unsubscribe();
}
