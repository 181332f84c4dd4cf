import { exampleId, type Line, type Story } from '../story';
import { application, passed, valuesFile } from './parts';

/** A pushed image is promoted; with `waiting` it needs an approval of the platform team that nobody gave yet. */
export function promotion(options: {
  service: string;
  tag: string;
  from: string;
  pullRequest: number;
  waiting?: boolean;
  syncMs?: number;
}): Story {
  const { service, tag, from, pullRequest, waiting = false } = options;
  const image = service.replace('-', '/');
  const commit = exampleId(`${service} ${tag}`).slice(0, 8).padEnd(40, '3');
  const app = `apps/${service}`;
  const lines: Line[] = [
    [
      0,
      'eventReceived',
      {
        source: '/projects/shop/webhooks/12',
        type: 'harbor.artifact.pushed',
        subject: `${image}:${tag}`,
      },
    ],
    [9, 'sensorFired', { sensor: 'promote-image', revision: 4, mode: 'auto' }],
    [31, 'changeRendered', { files: 1, additions: 1, deletions: 1 }],
    [7, 'policyJudged', { verdicts: passed.slice(0, 3) }],
    [
      10,
      'changeCommitted',
      {
        commit,
        branch: `gitops-events/${commit.slice(0, 12)}`,
        repository: 'deployments',
      },
    ],
    [88, 'pullRequestOpened', { number: pullRequest }],
    ...(waiting
      ? ([
          [
            14,
            'waitingForApproval',
            { needed: 1, whom: 'group:default/platform' },
          ],
        ] satisfies Line[])
      : ([
          [150, 'merged', { commit, rule: 'one value, all checks green' }],
          [170, 'syncStarted', application(app, commit)],
          [options.syncMs ?? 1_020, 'syncHealthy', application(app, commit)],
          [3, 'runEnded', { end: 'applied' }],
        ] satisfies Line[])),
  ];
  return {
    title: `Promote image ${image}:${tag}`,
    requestedBy: 'registry',
    source: '/projects/shop/webhooks/12',
    type: 'harbor.artifact.pushed',
    subject: `${image}:${tag}`,
    entityRef: `component:default/${service}`,
    sensor: 'promote-image',
    sensorTitle: 'Promote image',
    owner: 'group:default/platform',
    principal: 'external:registry',
    ingress: 'registry',
    environment: waiting ? 'production' : 'staging',
    data: {
      repository: { repo_full_name: image, name: service },
      resources: [
        { tag, digest: `sha256:${exampleId(tag)}${exampleId(service)}` },
      ],
      operator: 'robot$builds',
      token: '[masked]',
    },
    lines,
    change: {
      pullRequest,
      approvalsNeeded: waiting ? 1 : 0,
      approvals: [],
      verdicts: passed.slice(0, 3),
      files: [
        {
          path: `apps/${service}/values.yaml`,
          before: valuesFile(image, from),
          after: valuesFile(image, tag),
        },
      ],
    },
  };
}
