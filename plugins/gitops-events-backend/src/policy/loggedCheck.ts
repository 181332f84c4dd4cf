import type { LoggerService } from '@backstage/backend-plugin-api';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';

/** With what a line in the log begins that tells why a check failed. */
export const placeOf = ({ name }: Pick<PolicyCheck, 'name'>): string =>
  `Policy check ${name}`;

/** The same check; what it fails with is logged, since its verdict says only what people may read of it. */
export function loggedCheck(
  check: PolicyCheck,
  logger: Pick<LoggerService, 'warn'>,
): PolicyCheck {
  const logged: PolicyCheck['check'] = async (...asked) => {
    try {
      return await check.check(...asked);
    } catch (error) {
      logger.warn(`${placeOf(check)} failed: ${error}`);
      throw error;
    }
  };
  // Not spread: a check may be of a class.
  return Object.create(check, { check: { value: logged, enumerable: true } });
}
