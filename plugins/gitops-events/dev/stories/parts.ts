import type { Verdict } from '@gitops-events/plugin-gitops-events-common';

/** An application as Argo CD reports it. */
export const application = (name: string, commit: string) => ({
  tracker: 'Argo CD',
  application: name,
  revision: commit,
  url: 'https://argocd.example.com/applications',
});

/** Checks that agree. */
export const passed: Verdict[] = [
  { check: 'Protected paths', verdict: 'pass', reasons: [] },
  { check: 'Memory quota', verdict: 'pass', reasons: ['4 GiB of 64 GiB'] },
  { check: 'Secret scan', verdict: 'pass', reasons: [] },
  { check: 'JSON Schema', verdict: 'pass', reasons: [] },
];

/** Values of a chart, with the one value that promotions change. */
export function valuesFile(image: string, tag: string, replicas = 3): string {
  return `# Read by the chart of the same folder.
image:
  repository: registry.example.com/${image}
  tag: "${tag}"
  pullPolicy: IfNotPresent
replicas: ${replicas}
resources:
  requests:
    cpu: 100m
    memory: 128Mi
`;
}
