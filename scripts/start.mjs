// Starts the portal, and says where it is and how to send it an event once a person could sign in.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exampleToken } from './exampleToken.mjs';
import { launch } from './launch.mjs';
import { portal, refuseBusyPorts } from './portal.mjs';
import { StepFailed, root } from './step.mjs';

// The development server reads each file from the folder of the package that it starts.
const args = process.argv
  .slice(2)
  .map((arg, index, all) =>
    all[index - 1] === '--config' ? path.resolve(root, arg) : arg,
  );

async function start() {
  const { appUrl, backendUrl, ports } = portal(args);
  await refuseBusyPorts(ports);
  const token = exampleToken(path.join(root, '.data'));
  const ended = new AbortController();
  const announced = announce({
    appUrl,
    backendUrl,
    token,
    signal: ended.signal,
  });
  const code = await launch(
    process.execPath,
    ['node_modules/@backstage/cli/bin/backstage-cli', 'repo', 'start', ...args],
    { ...process.env, GITOPS_EVENTS_EXAMPLE_TOKEN: token },
    { family: true },
  );
  ended.abort();
  await announced;
  return code;
}

async function announce({ appUrl, backendUrl, token, signal }) {
  const signIn = `${backendUrl}/api/auth/examplePeople/refresh`;
  while (
    !(await answers(signIn, { 'x-example-person': 'ana' }, signal)) ||
    !(await answers(appUrl, {}, signal))
  ) {
    await sleep(500, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
  }
  console.log(`
  The portal is ready: ${appUrl}

  Tell it that an image was pushed, as the registry would:

${pushedImage(backendUrl, token)}
`);
}

async function answers(url, headers, signal) {
  try {
    return (await fetch(url, { headers, signal })).ok;
  } catch {
    return false;
  }
}

function pushedImage(backendUrl, token) {
  const event = {
    specversion: '1.0',
    id: 'push-1',
    source: '/projects/2/webhook/policies/1',
    type: 'harbor.artifact.pushed',
    datacontenttype: 'application/json',
    data: {
      resources: [{ digest: 'sha256:5f0c2d', tag: '1.8.2' }],
      repository: { repo_full_name: 'shop/api' },
    },
  };
  return `  curl ${backendUrl}/api/gitops-events/v1/events \\
    -H 'Authorization: Bearer ${token}' \\
    -H 'Content-Type: application/cloudevents+json' \\
    -d '${JSON.stringify(event)}'`;
}

try {
  process.exitCode = await start();
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
