import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An authority, and what it signed for a server of this name and for a client; files in PEM. */
export async function makeCertificates(
  folder: string,
  server = 'nats.example',
) {
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args);
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout'];
  await openssl(
    ...['req', '-x509', '-days', '2', '-subj', '/CN=Test', ...key],
    ...[file('ca.key'), '-out', file('ca.pem')],
  );
  await writeFile(file('names'), `subjectAltName=DNS:${server}\n`);
  for (const name of ['server', 'client']) {
    await openssl(
      ...['req', '-subj', `/CN=${name}`, ...key, file(`${name}.key`)],
      ...['-out', file(`${name}.csr`)],
    );
    await openssl(
      ...['x509', '-req', '-days', '2', '-in', file(`${name}.csr`)],
      ...['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial'],
      ...['-extfile', file('names'), '-out', file(`${name}.pem`)],
    );
  }
  const text = (name: string) => readFile(file(name), 'utf8');
  return {
    config: `cert_file: "${file('server.pem')}", key_file: "${file('server.key')}", ca_file: "${file('ca.pem')}", verify: true`,
    ca: await text('ca.pem'),
    cert: await text('client.pem'),
    key: await text('client.key'),
  };
}
