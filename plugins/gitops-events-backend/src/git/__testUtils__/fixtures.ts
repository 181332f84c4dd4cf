import type { LoggerService } from '@backstage/backend-plugin-api';
import type { FileWrite } from '@gitops-events/plugin-gitops-events-node';

export const author = {
  name: 'GitOps Events',
  email: 'gitops-events@localhost',
};

export const repository = 'local:deployments';

export function file(name: string, text: string | undefined): FileWrite {
  const content = text === undefined ? undefined : Buffer.from(text);
  return { path: name, mode: '100644', content };
}

/** For processes of their own, which load nothing of a test. */
export const quietLogger: LoggerService = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  child: () => quietLogger,
};
