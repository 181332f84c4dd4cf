import { performance } from 'node:perf_hooks';
import { addedLines, secretScan } from './secretScan';
import { testChange, verdictOf } from './testChange';

// Put together here, so that scanners of this repository stay quiet.
const awsKey = ['wJalrXUtnFEMI', 'K7MDENG', 'bPxRfiCYEXAMPLEKEZ'].join('/');
const aws = `aws_secret_access_key: ${awsKey}\n`;
const privateKey = [
  '-----BEGIN RSA',
  ' PRIVATE KEY-----\n',
  'MIIEpAIBAAKCAQEA7bq\n'.repeat(8),
  '-----END RSA',
  ' PRIVATE KEY-----\n',
].join('');

describe('secretScan', () => {
  it.each([
    ['an AWS secret key', `region: eu\n${aws}`, 2],
    ['a private key', `key:\n${privateKey}`, 2],
  ])('denies %s, and does not repeat it', async (_, text, line) => {
    const verdict = await verdictOf(
      secretScan,
      testChange({ 'a.yaml': [undefined, text] }),
    );
    expect(verdict).toEqual({
      check: 'secret scan',
      verdict: 'deny',
      reasons: [
        expect.stringMatching(
          `^a\\.yaml, line ${line}: found .* Keep it in a secret store`,
        ),
      ],
    });
    expect(JSON.stringify(verdict)).not.toContain(awsKey);
    expect(JSON.stringify(verdict)).not.toContain('MIIE');
  });

  it('leaves nothing behind of what it scanned', async () => {
    await verdictOf(secretScan, testChange({ 'left.yaml': [undefined, aws] }));
    const marks = performance.getEntriesByType('mark');
    expect(marks.filter(({ name }) => name.includes('left.yaml'))).toEqual([]);
  });

  it('passes what Git has already', async () => {
    const change = testChange({ 'a.yaml': [aws, `${aws}b: 1\n`] });
    expect(await verdictOf(secretScan, change)).toMatchObject({
      verdict: 'pass',
    });
  });

  it('passes the reference to a secret', async () => {
    const text =
      'env:\n  - name: TOKEN\n    valueFrom:\n      secretKeyRef: { name: registry, key: token }\n';
    const change = testChange({ 'a.yaml': [undefined, text] });
    expect(await verdictOf(secretScan, change)).toMatchObject({
      verdict: 'pass',
    });
  });
});

it('addedLines counts in the file after the change', () => {
  const patch =
    '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n@@ -10 +10,2 @@\n-x\n\\ No newline at end of file\n+y\n+z\n';
  expect([...addedLines(patch)]).toEqual([2, 10, 11]);
});
