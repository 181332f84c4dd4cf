import { inspect } from 'node:util';
import type { LoggerService } from '@backstage/backend-plugin-api';

// Loading Backstage's own test utilities takes two seconds a file; who needs a logger alone takes these.

/** Says nothing and knows what it was told. */
export function silentLogger(): jest.Mocked<LoggerService> {
  const logger: jest.Mocked<LoggerService> = {
    error: jest.fn(),
    warn: jest.fn(),
    info: jest.fn(),
    debug: jest.fn(),
    child: jest.fn(),
  };
  logger.child.mockReturnValue(logger);
  return logger;
}

/** Prints what went wrong, so that a failed test tells why. */
export function warningLogger(): jest.Mocked<LoggerService> {
  const logger = silentLogger();
  const print = (message: string, meta?: unknown) =>
    process.stderr.write(`${message}${meta ? ` ${inspect(meta)}` : ''}\n`);
  logger.error.mockImplementation(print);
  logger.warn.mockImplementation(print);
  return logger;
}
