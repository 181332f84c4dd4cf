import { performance } from 'node:perf_hooks';
import { addedLines } from './addedLines';
import { secretScan } from './secretScan';
import { testChange, verdictOf } from './__testUtils__/testChange';

// Put together here, so that scanners of this repository stay quiet.
const awsKey = ['wJalrXUtnFEMI', 'K7MDENG', 'bPxRfiCYEXAMPLEKEZ'].join('/');
const token = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
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

  it.each<[string, Parameters<typeof testChange>]>([
    [
      'behind a comment that would switch the scan off',
      [{ 'a.yaml': [undefined, `# secretlint-disable\n${aws}`] }],
    ],
    ['in what is no text', [{ 'a.bin': [undefined, `\u0000\n${aws}`] }]],
    ['in a path', [{ [`${token}.yaml`]: [undefined, 'a: 1\n'] }]],
    ['in the title', [{}, { texts: [`Use ${token}`] }]],
  ])('finds one %s', async (_, change) => {
    const verdict = await verdictOf(secretScan, testChange(...change));
    expect(verdict.verdict).toBe('deny');
    expect(JSON.stringify(verdict.reasons)).not.toMatch(awsKey);
  });

  it.each<[string, string, 'deny' | 'pass']>([
    ['a value', 'data: { password: aHVudGVyMg== }', 'deny'],
    ['a value in clear', 'stringData:\n  a: b', 'deny'],
    ['a template', 'stringData: { a: "{{ .Values.a }}" }', 'pass'],
    ['a vault placeholder', 'stringData: { a: "<path:kv/a#b>" }', 'pass'],
    ['an empty value', 'stringData: { a: "" }', 'pass'],
    [
      'what SOPS wrote',
      'data: { a: "ENC[AES256_GCM,data:x]" }\nsops: {}',
      'pass',
    ],
  ])('%s of a Kubernetes Secret', async (_, text, verdict) => {
    const secret = `apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n${text}\n`;
    const list = `kind: List\nitems:\n  - ${secret.trim().replace(/\n/g, '\n    ')}\n`;
    for (const content of [secret, list]) {
      const change = testChange({ 'a.yaml': [undefined, content] });
      expect(await verdictOf(secretScan, change)).toMatchObject({ verdict });
    }
    const label = testChange({ 'a.yaml': [secret, `${secret}# a note\n`] });
    expect(await verdictOf(secretScan, label)).toMatchObject({
      verdict: 'pass',
    });
  });

  it('does not repeat the value of a Secret', async () => {
    const text = 'kind: Secret\nstringData:\n  word: hunter2\n';
    const verdict = await verdictOf(
      secretScan,
      testChange({ 's.yaml': [undefined, text] }),
    );
    expect(verdict.reasons).toEqual([
      's.yaml, line 3: the value word of a Secret can be read by everybody (rule kubernetes-secret). Keep it in a secret store and refer to it.',
    ]);
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
