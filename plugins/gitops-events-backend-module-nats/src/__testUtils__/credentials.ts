import { randomUUID } from 'node:crypto';
import * as nkeys from '@nats-io/nkeys';

type Keys = ReturnType<typeof nkeys.createUser>;

/** An operator, who trusts an account, which knows a user: lines for a server, and the user's file of credentials. */
export function operatorAndUser(): { config: string; credentials: string } {
  const [operator, account, system] = [
    nkeys.createOperator(),
    nkeys.createAccount(),
    nkeys.createAccount(),
  ];
  const user = nkeys.createUser();
  const unlimited = {
    ...{ subs: -1, data: -1, payload: -1, imports: -1, exports: -1 },
    ...{ wildcards: true, conn: -1, leaf: -1 },
  };
  const storage = {
    ...{ mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 },
  };
  const ofAccount = jwt(operator, account, {
    ...{ type: 'account', limits: { ...unlimited, ...storage } },
  });
  const ofSystem = jwt(operator, system, {
    ...{ type: 'account', limits: unlimited },
  });
  const ofUser = jwt(account, user, {
    ...{ type: 'user', pub: {}, sub: {}, subs: -1, data: -1, payload: -1 },
  });
  return {
    config: `operator: "${jwt(operator, operator, { type: 'operator' })}"
system_account: "${system.getPublicKey()}"
resolver: MEMORY
resolver_preload: {
  ${account.getPublicKey()}: "${ofAccount}"
  ${system.getPublicKey()}: "${ofSystem}"
}`,
    credentials: `-----BEGIN NATS USER JWT-----
${ofUser}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${new TextDecoder().decode(user.getSeed())}
------END USER NKEY SEED------
`,
  };
}

function jwt(issuer: Keys, subject: Keys, nats: object): string {
  const part = (value: object | Uint8Array) =>
    Buffer.from(
      value instanceof Uint8Array ? value : JSON.stringify(value),
    ).toString('base64url');
  const content = [
    { typ: 'JWT', alg: 'ed25519-nkey' },
    {
      ...{ jti: randomUUID(), iat: 1_700_000_000, name: 'test' },
      ...{ iss: issuer.getPublicKey(), sub: subject.getPublicKey() },
      nats: { version: 2, ...nats },
    },
  ]
    .map(part)
    .join('.');
  const signature = issuer.sign(new TextEncoder().encode(content));
  return `${content}.${part(signature)}`;
}
