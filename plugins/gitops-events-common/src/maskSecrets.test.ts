import fc from 'fast-check';
import { maskNamedSecrets, maskSecrets } from './maskSecrets';

const mask = '••••••';

describe('maskSecrets', () => {
  it.each([
    'password',
    'DB_PASSWORD',
    'token',
    'access-token',
    'clientSecret',
    'api_key',
    'apiKey',
    'Authorization',
    'privateKey',
    'private_key',
    'aws.secret.access.key',
    'Set-Cookie',
    'connectionString',
  ])('masks what %s holds, however deep', key => {
    expect(maskSecrets({ a: [{ [key]: 'hunter2' }] })).toEqual({
      a: [{ [key]: mask }],
    });
    expect(maskSecrets({ [key]: { nested: ['hunter2'] } })).toEqual({
      [key]: mask,
    });
  });

  it.each(['secretName', 'tokenRef', 'passwordType', 'author', 'key', 'pass'])(
    'leaves %s, which holds no secret',
    key => {
      expect(maskSecrets({ [key]: 'plain' })).toEqual({ [key]: 'plain' });
    },
  );

  it('masks the value of a pair whose name is a secret', () => {
    const env = [
      { name: 'DB_PASSWORD', value: 'hunter2' },
      { name: 'LOG_LEVEL', value: 'info' },
    ];

    expect(maskSecrets({ env })).toEqual({
      env: [
        { name: 'DB_PASSWORD', value: mask },
        { name: 'LOG_LEVEL', value: 'info' },
      ],
    });
  });

  it.each([
    ['curl -H "Authorization: Bearer abcdefgh12345678"', 'abcdefgh12345678'],
    ['ghp_abcdefghijklmnopqrstuvwx', 'abcdefghijklmnopqrstuvwx'],
    ['postgres://app:hunter2@db.example.com/shop', 'hunter2'],
    [
      '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----',
      'MIIE',
    ],
    ['eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl', 'eyJzdWIiOiIxMjM0'],
  ])('masks a secret by its look in %j', (text, secret) => {
    expect(JSON.stringify(maskSecrets({ log: [text] }))).not.toContain(secret);
  });

  it('cuts what is too long, too many or too deep, and says so', () => {
    const deep = JSON.parse(`${'['.repeat(500)}1${']'.repeat(500)}`);

    expect(maskSecrets('x'.repeat(5_000))).toMatch(
      /… \(1000 more characters\)$/,
    );
    expect(maskSecrets(Array.from({ length: 250 }, () => 1))).toHaveLength(201);
    expect(JSON.stringify(maskSecrets(deep))).toContain('not shown');
  });

  it('keeps a key called __proto__ a key', () => {
    const shown = maskSecrets(JSON.parse('{"__proto__": {"admin": true}}'));

    expect(JSON.stringify(shown)).toBe('{"__proto__":{"admin":true}}');
    expect((shown as { admin?: boolean }).admin).toBeUndefined();
  });

  it('never lets the value of a secret key through, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.uuid(), (value, secret) => {
        const shown = maskSecrets({
          value,
          more: [{ password: secret, value }],
        });
        expect(JSON.stringify(shown)).not.toContain(secret);
      }),
    );
  });
});

it.each([
  ['user=pia&password=hunter2&x=1', `user=pia&password=${mask}&x=1`],
  ['{"clientSecret": "a b", "n": 1', `{"clientSecret": ${mask}, "n": 1`],
  ['api_key: abc\nname: shop', `api_key: ${mask}\nname: shop`],
  ['nothing of that kind: 1', 'nothing of that kind: 1'],
])('masks what follows the name of a secret in %s', (text, masked) => {
  expect(maskNamedSecrets(text)).toBe(masked);
});
