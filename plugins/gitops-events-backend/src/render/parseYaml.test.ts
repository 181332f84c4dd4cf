import { parseYaml, parseYamlAnew } from './parseYaml';

it('reads a text once for all who ask for it, and once more for who changes what it gives', () => {
  const text = 'on: yes\n';
  expect(parseYaml(text)).toBe(parseYaml(text));
  const own = parseYamlAnew(text, '1.2');
  own[0].set('on', 'changed');
  expect(parseYaml(text)[0].toJS()).toEqual({ on: 'yes' });
});

it('reads a text as the version says that is asked for', () => {
  const text = 'value: yes\n';
  const values = (['1.2', '1.1', '1.2'] as const).map(version =>
    parseYaml(text, version)[0].get('value'),
  );
  expect(values).toEqual(['yes', true, 'yes']);
});

it('finds the same mistake each time', () => {
  for (let time = 0; time < 2; time++) {
    expect(() => parseYaml('a: [\n')).toThrow('Line 2');
  }
});
