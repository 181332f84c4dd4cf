import type { Known } from './known';

/** What nobody could check, one sentence each. */
export function uncheckedIn(
  known: Known,
  unknownActions: readonly string[],
): string[] {
  const missing = [
    ...(known.boundaries ? [] : ['boundaries']),
    ...(known.secrets ? [] : ['names of secrets']),
  ];
  return [
    ...(missing.length > 0
      ? [
          `${sentence(missing.join(' and '))}: say what there is with --config app-config.yaml or --installation.`,
        ]
      : []),
    ...(unknownActions.length > 0
      ? [
          `Inputs of ${[...new Set(unknownActions)].join(', ')}, which come from a module or do not exist: save what GET /api/gitops-events/v1/installation answers, and name it with --installation.`,
        ]
      : []),
  ];
}

function sentence(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
