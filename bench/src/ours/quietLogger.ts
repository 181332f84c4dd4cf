import type { LoggerService } from '@backstage/backend-plugin-api';

/** Says nothing but what went wrong. */
export const quietLogger: LoggerService = {
  error: (message, meta) => console.error(message, meta ?? ''),
  warn: () => {},
  info: () => {},
  debug: () => {},
  child: () => quietLogger,
};
