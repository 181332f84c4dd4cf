import { maskSecrets } from '@gitops-events/plugin-gitops-events-common';

const maxText = 200;

/** A value as a person reads it: short, and masked where its key is called like a secret. */
export function shownValue(key: string, value: unknown): string {
  const masked = (maskSecrets({ [key]: value }) as Record<string, unknown>)[
    key
  ];
  const text = typeof masked === 'string' ? masked : JSON.stringify(masked);
  return text.slice(0, maxText);
}
