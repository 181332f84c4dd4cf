// What `npm test` runs: the packages, and the bench, which is no workspace and so not found by Backstage's configuration.
import path from 'node:path';
import packages from '@backstage/cli/config/jest.js';
import { root } from './step.mjs';

const setup = path.join(root, 'scripts/setupTests.cjs');

/** A Node library like it; how its files are transformed is the same. */
const model = '@gitops-events/plugin-gitops-events-node';

export default async () => {
  const config = await packages;
  const { setupFilesAfterEnv, ...like } = config.projects.find(
    ({ displayName }) => displayName === model,
  );
  const bench = {
    ...like,
    displayName: 'bench',
    rootDir: path.join(root, 'bench/src'),
  };
  const projects = [...config.projects, bench].map(project => ({
    ...project,
    setupFilesAfterEnv: [...(project.setupFilesAfterEnv ?? []), setup],
  }));
  return { ...config, projects };
};
