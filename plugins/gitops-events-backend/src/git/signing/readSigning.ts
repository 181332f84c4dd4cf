import { resolve } from 'node:path';
import type { RootConfigService } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';

/** Where the key of signed commits comes from. */
export type SigningConfig =
  | { keyFile: string }
  /** The key itself, from `$env` or `$file`. */
  | { key: string };

/** @throws InputError when it names none, or two. */
export function readSigning(
  config: ReturnType<RootConfigService['getOptionalConfig']>,
): SigningConfig | undefined {
  if (!config) return undefined;
  const keyFile = config.getOptionalString('keyFile');
  const key = config.getOptionalString('key');
  if (keyFile !== undefined && key === undefined) {
    return { keyFile: resolve(keyFile) };
  }
  if (key !== undefined && keyFile === undefined) return { key };
  throw new InputError(
    'gitopsEvents.local.signing: give keyFile or key, one of the two',
  );
}
