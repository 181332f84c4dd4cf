import fc from 'fast-check';
import { maskAndTell, maskNamedSecrets, maskSecrets } from './maskSecrets';

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

  it('tells what it cut, in a few sentences that say where', () => {
    const deep = JSON.parse(`${'['.repeat(30)}1${']'.repeat(30)}`);
    const list = Array.from({ length: 1_340 }, () => 1);

    expect(maskAndTell(list).leftOut).toEqual([
      'The first 200 of 1,340 items are shown.',
    ]);
    expect(
      maskAndTell({
        order: [{ lines: list, log: 'x'.repeat(12_310) }],
        fields: Object.fromEntries(list.map((_, at) => [`f${at}`, at])),
        deep,
      }).leftOut,
    ).toEqual([
      '`order[0].lines`: the first 200 of 1,340 items are shown.',
      '`order[0].log`: the first 4,000 of 12,310 characters are shown.',
      '`fields`: the first 200 of 1,340 fields are shown.',
      'What is nested deeper than 24 levels is not shown.',
    ]);
    const many = maskAndTell(Array.from({ length: 50 }, () => list)).leftOut;
    expect(many).toHaveLength(6);
    expect(many[5]).toBe('More of it is not shown.');
    expect(maskAndTell({ password: list, text: 'short' }).leftOut).toEqual([]);
  });

  it('says of which part, where it has a name', () => {
    const limits = { characters: 5, items: 2, levels: 2, values: 100 };
    const tell = (value: unknown) =>
      maskAndTell(value, limits, 'Headers').leftOut;
    expect(tell('too long')).toEqual([
      'Headers: the first 5 of 8 characters are shown.',
    ]);
    expect(tell({ log: 'too long', deep: [[[1]]] })).toEqual([
      'Headers, `log`: the first 5 of 8 characters are shown.',
      'Headers: what is nested deeper than 2 levels is not shown.',
    ]);
    const many = { ...limits, items: 50 };
    const texts = Array.from({ length: 50 }, () => 'too long');
    expect(maskAndTell(texts, many, 'Headers').leftOut[5]).toBe(
      'Headers: more of it is not shown.',
    );
  });

  it.each([
    ['a little longer', 4_100],
    ['as long as a certificate with its chain', 30_000],
  ])(
    'says nothing of a text that has room once it is masked: %s',
    (_, length) => {
      const key = `-----BEGIN PRIVATE KEY-----${'x'.repeat(length)}-----END PRIVATE KEY-----`;
      expect(maskAndTell(`before ${key} after`)).toEqual({
        shown: `before ${mask} after`,
        leftOut: [],
      });
      const more = maskAndTell(`${key}${'y'.repeat(4_100)}`);
      expect(more).toEqual({
        shown: `${mask}${'y'.repeat(3_994)}… (106 more characters)`,
        leftOut: ['The first 4,000 of 4,106 characters are shown.'],
      });
    },
  );

  it('shows as much as it is told to', () => {
    const values = Array.from({ length: 5_000 }, (_, at) => `item ${at}`);
    const limits = { characters: 10, items: 10_000, levels: 3, values: 4_001 };

    expect(maskAndTell(values, limits)).toEqual({
      shown: [...values.slice(0, 4_000), '… (1000 more items)'],
      leftOut: ['The first 4,000 of 5,000 items are shown.'],
    });
  });

  it.each([
    'postgres://app:hunter2hunter2@db.example.com/shop',
    `eyJhbGciOiJIUzI1.${'hunter2'.repeat(20)}.c2lnbmF0dXJl`,
  ])('knows a secret that lies across the cut: %s', secret => {
    for (let before = 3_990 - secret.length; before < 4_000; before += 1) {
      const text = `${' '.repeat(before)}${secret} ${'x'.repeat(2_000)}`;
      expect(maskSecrets(text)).not.toContain('hunter2');
    }
  });

  it('reads a long text once, whatever stands in it', () => {
    const length = 500_000;
    const limits = { characters: length, items: 1, levels: 1, values: 1 };
    for (const part of ['eyJ-', 'a.', 'token', 'token.', 'a://', 'x', ' ']) {
      const text = part.repeat(length / part.length);
      maskAndTell(text, limits);
      maskNamedSecrets(text);
    }
  });

  it('looks at the beginning of a long key alone, however much is cut below it', () => {
    const texts = Array.from({ length: 200 }, () => 'x'.repeat(4_001));
    const { leftOut } = maskAndTell({ ['k '.repeat(1_000_000)]: texts });

    expect(leftOut).toEqual([expect.stringMatching(/^`(k ){40}…`: /)]);
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
