import { appendFileSync } from 'node:fs';

/**
 * `describe` for suites that need something real beside Node. Where it is
 * missing they fail in CI; elsewhere they are left out, and `npm test` says so
 * last of all.
 *
 * @param isThere - whether it was found
 * @param missing - what is missing and how to get it: `no Kafka in .tools/kafka (run .ci/kafka once)`
 * @public
 */
export function describeWhere(
  isThere: boolean,
  missing: string,
): (name: string, suite: () => void) => void {
  return (name, suite) => {
    if (isThere) {
      // eslint-disable-next-line jest/valid-title, jest/valid-describe-callback
      describe(name, suite);
      return;
    }
    if (process.env.CI) throw new Error(`There is ${missing}`);
    const list = process.env.GITOPS_EVENTS_SKIPPED_SUITES;
    if (list) appendFileSync(list, `${missing}\n`);
    // eslint-disable-next-line jest/valid-title, jest/valid-describe-callback, jest/no-disabled-tests
    describe.skip(name, suite);
  };
}
