import fc from 'fast-check';
import { parseYaml } from './parseYaml';
import { readsAlike } from './readsAlike';

const read = (text: string, version: '1.1' | '1.2') =>
  parseYaml(text, version).map(document => document.toJS());

describe('readsAlike', () => {
  it('is sure of what a values file mostly holds', () => {
    const text =
      'image:\n  repository: registry.example.com/shop\n  tag: "1.10"\nreplicas: 2\nratio: 0.5\nempty:\nlist: [a, b]\n';
    expect(readsAlike(parseYaml(text))).toBe(true);
  });

  it.each([
    'a: on',
    'No: 1',
    'a: 012',
    'a: 1_000',
    'a: 12:30:45',
    'a: 2026-01-01',
    'a: 0b1',
    'a: e0',
    'a: E-12',
    'a: !!str 1',
    'a: &b {c: 1}\nd: {<<: *b}',
    '%YAML 1.1\n---\na: b',
  ])('is not sure of %j', text => {
    expect(readsAlike(parseYaml(text))).toBe(false);
  });

  it('is never sure of what the two versions read differently', () => {
    const scalar = fc.oneof(
      fc.constantFrom('y', 'Off', '0o7', '07', '1e3', '.5', '1.', '~', 'null'),
      fc.stringMatching(/^[-+0-9a-zA-Z_.:]{1,8}$/),
      fc.stringMatching(/^-?[0-9][0-9._:]{0,6}$/),
    );
    let sure = 0;
    fc.assert(
      fc.property(scalar, scalar, (key, value) => {
        const text = `- ${value}\n- "${key}": ${value}\n- ${key}\n`;
        let documents;
        try {
          documents = parseYaml(text);
        } catch {
          return;
        }
        if (!readsAlike(documents)) return;
        sure += 1;
        expect(read(text, '1.1')).toEqual(read(text, '1.2'));
      }),
      { numRuns: 5_000 },
    );
    expect(sure).toBeGreaterThan(100);
  });
});
