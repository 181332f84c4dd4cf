import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  gitopsEventsExtensionPoint,
  type ChangeHost,
  type Webhook,
} from '@gitops-events/plugin-gitops-events-node';
import { readGitlabConfig } from './config';
import { gitopsEventsModuleGitlab } from './module';

it('brings the change host gitlab, which serves what integrations name', async () => {
  const hosts: ChangeHost[] = [];
  const webhooks: Webhook[] = [];
  const backend = await startTestBackend({
    extensionPoints: [
      [
        gitopsEventsExtensionPoint,
        {
          addChangeHost: (host: ChangeHost) => hosts.push(host),
          addWebhook: (webhook: Webhook) => webhooks.push(webhook),
        } as unknown as typeof gitopsEventsExtensionPoint.T,
      ],
    ],
    features: [
      gitopsEventsModuleGitlab,
      mockServices.rootConfig.factory({
        data: {
          integrations: {
            gitlab: [
              {
                host: 'gitlab.example.com',
                apiBaseUrl: 'https://gitlab.example.com/api/v4',
              },
            ],
          },
        },
      }),
    ],
  });
  const [host] = hosts;
  expect(host.name).toBe('gitlab');
  expect(webhooks.map(({ name }) => name)).toEqual(['gitlab']);
  expect(host.serves('https://gitlab.example.com/acme/x/y')).toBe(true);
  expect(host.serves('https://gitlab.com/acme/deployments')).toBe(true);
  expect(host.serves('https://github.com/acme/deployments')).toBe(false);
  expect(host.serves('local:deployments')).toBe(false);
  await expect(
    host.head('https://gitlab.example.com/acme/deployments', 'main'),
  ).rejects.toMatchObject({
    name: 'InputError',
    message: expect.stringContaining('integrations.gitlab'),
  });
  await backend.stop();
});

it.each([
  ['timeoutSeconds', 0],
  ['timeoutSeconds', 121],
])('refuses %s of %d', (name, value) => {
  const config = mockServices.rootConfig({
    data: { gitopsEvents: { gitlab: { [name]: value } } },
  });
  expect(() => readGitlabConfig(config)).toThrow(
    'gitopsEvents.gitlab.timeoutSeconds is between 1 and 120',
  );
});
