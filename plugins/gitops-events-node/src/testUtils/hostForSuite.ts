import type { ChangeHost } from '@gitops-events/plugin-gitops-events-node';
import {
  callsFor,
  type ChangeHostCalls,
  type ChangeHostSetup,
} from './changeHostCalls';

/** What a test of a change host works with. */
export interface HostOfTest {
  setup: ChangeHostSetup;
  host: ChangeHost;
  /** Of this test alone. */
  branch: string;
  calls: ChangeHostCalls;
}

/** One host for the tests of a `describe`, stopped behind them, and a branch for each. */
export function hostForSuite(
  createHost: () => Promise<ChangeHostSetup>,
  prefix: string,
): () => Promise<HostOfTest> {
  // A host may be far away.
  jest.setTimeout(60_000);
  let setup: ChangeHostSetup;
  let branches = 0;
  afterAll(() => setup?.stop());
  return async () => {
    setup ??= await createHost();
    const branch = `gitops-events/${prefix}-${++branches}`;
    return {
      ...{ setup, branch },
      host: setup.host,
      calls: await callsFor(setup, branch),
    };
  };
}
