import type { RootConfigService } from '@backstage/backend-plugin-api';

/** What inputs of actions may refer to. */
export interface Secrets {
  /** Those that there are now. */
  readonly names: readonly string[];
  /** As it is now; undefined when there is none. */
  value(name: string): string | undefined;
}

const key = 'gitopsEvents.secrets';

/** Those under `gitopsEvents.secrets`, read each time: one may have been added or rotated. */
export function configuredSecrets(root: RootConfigService): Secrets {
  const names = () => root.getOptionalConfig(key)?.keys() ?? [];
  return {
    get names() {
      return names();
    },
    value: name =>
      names().includes(name)
        ? root.getOptionalConfig(key)?.getOptionalString(name)
        : undefined,
  };
}
