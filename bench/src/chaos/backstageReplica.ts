import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { crashPoint } from '@gitops-events/plugin-gitops-events-backend/src/pipeline/crashPoint';
import { headlessBackend } from '../ours/headlessBackend';
import { sampleIngress } from '../ours/sampleEvent';
import { foldersOf } from '../ours/spineConfig';
import type { ReplicaDoor, ReplicaStart } from './replicaMessages';
import { whenTold } from './replica';

// Loaded before it is told to start.
const features = [
  import('@gitops-events/plugin-gitops-events-backend'),
  import('@gitops-events/plugin-gitops-events-backend-module-github'),
];

/** A Backstage with the plugin and the module of GitHub, installed as anybody does. */
async function start({
  folder,
  database,
  forge,
}: ReplicaStart): Promise<ReplicaDoor> {
  if (forge.name !== 'github') throw new Error(`It has no ${forge.name}.`);
  dieAfterObjects();
  const { url, headers } = await headlessBackend(
    {
      folder: database.client === 'pg' ? folder : database.directory,
      postgres: database.client === 'pg' ? database : undefined,
      atEnd: () => {},
    },
    {
      features: [...features, catalogServiceMock.factory()],
      config: {
        integrations: { github: [forge.integration] },
        gitopsEvents: configOf(folder, forge.repository),
      },
    },
  );
  return { url: `${url}/api/gitops-events/v1/events`, headers };
}

/** As in a file; what of it is not told is as it is by itself. */
function configOf(folder: string, repository: string) {
  const folders = foldersOf(folder);
  const { name, principals, sources, types } = sampleIngress;
  return {
    ingresses: { [name]: { principals, sources, types } },
    boundaries: [
      {
        owner: 'group:default/platform',
        ingresses: [name],
        actions: ['*'],
        repositories: [
          { repo: repository, branches: ['main'], paths: ['apps/'] },
        ],
        environments: ['*'],
        merge: true,
      },
    ],
    local: { directory: folders.repositories },
    sensors: { locations: [{ folder: folders.sensors }] },
    // A machine that does many things at once must not look like a slow expression.
    limits: { expressionMs: 5_000 },
    // Not what is tried here: `bench -- storm` keeps GitHub's limits.
    github: {
      limits: {
        ...{ writesPerMinute: 1_000_000, writesPerHour: 1_000_000 },
        pushesPerMinute: 1_000_000,
      },
    },
  };
}

/**
 * The objects of a commit are written in GitHub, where the engine has no point
 * of its own to die at: it is when GitHub has answered that they are there.
 */
function dieAfterObjects(): void {
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const answer = await real(input, init);
    const url = input instanceof Request ? input.url : String(input);
    if (init?.method === 'POST' && url.endsWith('/git/commits')) {
      crashPoint('objects');
    }
    return answer;
  };
}

whenTold(start);
