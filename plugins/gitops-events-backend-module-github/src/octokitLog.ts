import type { LoggerService } from '@backstage/backend-plugin-api';

/** Each refused request is an error to Octokit; who asked tells what it means. */
export function octokitLog(logger: LoggerService) {
  return {
    debug: () => {},
    info: (message: string) => logger.debug(message),
    warn: (message: string) => logger.warn(message),
    error: (message: string) => logger.debug(message),
  };
}
