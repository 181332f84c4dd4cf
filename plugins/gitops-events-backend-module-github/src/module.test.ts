import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  gitopsEventsExtensionPoint,
  type ChangeHost,
  type Webhook,
} from '@gitops-events/plugin-gitops-events-node';
import { gitopsEventsModuleGithub } from './module';

it('brings the change host github, which serves what integrations name', async () => {
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
  // Without a secret nothing is heard, whoever signs it how.
  expect(() =>
    webhooks[0].receive({ headers: {}, body: Buffer.from('{}') }),
  ).toThrow(expect.objectContaining({ name: 'NotAllowedError' }));
  await backend.stop();
});
