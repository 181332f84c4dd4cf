import { maskSecrets } from '@gitops-events/plugin-gitops-events-common';

/**
 * A value for people, never a secret.
 *
 * @param key - what it is called where it stands: tells whether it is a secret
 */
export function shownValue(key: string, value: unknown, length = 200): string {
  const masked = (maskSecrets({ [key]: value }) as Record<string, unknown>)[
    key
  ];
  const text = typeof masked === 'string' ? masked : JSON.stringify(masked);
  return text.slice(0, length);
}
