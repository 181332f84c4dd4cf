import { setYamlValue } from './yamlEdit';

describe('setYamlValue', () => {
  it('changes the bytes of the value alone', () => {
    const text = [
      '# Values of the shop.',
      'image:   # pinned',
      '  tag: &tag "1.9"  # set by CI',
      '  pullPolicy:  Always',
      'again: *tag',
      '',
    ].join('\r\n');
    expect(setYamlValue(text, 'image.tag', '1.10')).toEqual({
      text: text.replace('1.9', '1.10'),
      before: '1.9',
    });
  });

  it('leaves the bytes alone when the value is there already', () => {
    const text = "a: {b: 'x' }   # odd\n";
    expect(setYamlValue(text, 'a.b', 'x').text).toBe(text);
  });

  it('quotes again what only some readers take as this text', () => {
    expect(setYamlValue('a: on\n', 'a', 'on').text).toBe('a: "on"\n');
  });
});
