import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  gitopsEventsExtensionPoint,
  type ChangeHost,
} from '@gitops-events/plugin-gitops-events-node';
import { gitopsEventsModuleGithub } from './module';

it('brings the change host github, which serves what integrations name', async () => {
  const hosts: ChangeHost[] = [];
  const backend = await startTestBackend({
    extensionPoints: [
      [
        gitopsEventsExtensionPoint,
        {
          addChangeHost: (host: ChangeHost) => hosts.push(host),
        } as unknown as typeof gitopsEventsExtensionPoint.T,
      ],
    ],
    features: [
      gitopsEventsModuleGithub,
      mockServices.rootConfig.factory({
        data: { integrations: { github: [{ host: 'github.example.com' }] } },
      }),
    ],
  });
  const [host] = hosts;
  expect(host.name).toBe('github');
  expect(host.serves('https://github.example.com/acme/deployments')).toBe(true);
  expect(host.serves('https://github.com/acme/deployments')).toBe(true);
  expect(host.serves('https://gitlab.com/acme/deployments')).toBe(false);
  expect(host.serves('local:deployments')).toBe(false);
  await expect(
    host.head('https://github.com/acme/deployments', 'main'),
  ).rejects.toMatchObject({
    name: 'InputError',
    message: expect.stringContaining('integrations.github'),
  });
  await backend.stop();
});
