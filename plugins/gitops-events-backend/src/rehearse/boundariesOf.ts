import type { RootConfigService } from '@backstage/backend-plugin-api';
import type { Boundary } from '@gitops-events/plugin-gitops-events-sensors';
import { readConfig } from '../config';

/**
 * The boundaries of a configuration.
 *
 * @throws InputError that names the key to mend
 * @public
 */
export function boundariesOf(config: RootConfigService): Boundary[] {
  return readConfig(config).boundaries;
}
