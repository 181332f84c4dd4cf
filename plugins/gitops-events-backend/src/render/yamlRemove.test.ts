import { EditError } from './editError';
import { removeYamlValue } from './yamlRemove';

const values = `# Values of the shop
image:
  repository: registry.example.com/shop # the mirror
  tag: "1.10" # pinned

  # How often
  pullPolicy: Always
ports: [http, https]
resources: {limits: {cpu: 2}, requests: {cpu: 1}}
containers:
  - name: web
    image: web:1
  # the other one
  - name: proxy
    image: proxy:1
last: one
`;

describe('removeYamlValue', () => {
  it.each([
    ['image.tag', '  tag: "1.10" # pinned\n', ''],
    [
      'image',
      values.slice(values.indexOf('image:'), values.indexOf('ports:')),
      '',
    ],
    ['ports[0]', 'http, https', 'https'],
    ['ports[1]', 'http, https', 'http'],
    ['resources.limits', 'limits: {cpu: 2}, ', ''],
    ['resources.requests', ', requests: {cpu: 1}', ''],
    ['resources.limits.cpu', '{cpu: 2}', '{}'],
    ['containers[name=proxy]', '  - name: proxy\n    image: proxy:1\n', ''],
    ['containers[0].name', 'name: web\n    image', 'image'],
    ['last', 'last: one\n', ''],
  ])('takes %s out and leaves every other byte', (path, old, now) => {
    expect(removeYamlValue(values, path).text).toBe(values.replace(old, now));
  });

  it.each([
    ['a: 1\n', 'a', '{}\n'],
    ['# why\na: 1 # one\n', 'a', '# why\n{} # one\n'],
    ['a:\n  b: 1\nc: 2\n', 'a.b', 'a: {}\nc: 2\n'],
    ['a:\n  - 1\nc: 2\n', 'a[0]', 'a: []\nc: 2\n'],
    ['a: 1\r\nb: 2\r\n', 'b', 'a: 1\r\n'],
    ['a: 1\nb: 2', 'b', 'a: 1'],
    ['a: |\n  text\n  more\nb: 2\n', 'a', 'b: 2\n'],
    ['{"a": 1, "b": 2}', 'b', '{"a": 1}'],
    ['[\n  1,\n  2\n]\n', '[1]', '[\n  1\n]\n'],
    ['? a\n: 1\nb: 2\n', 'a', 'b: 2\n'],
    ['- - 1\n  - 2\n', '[0][0]', '- - 2\n'],
  ])('%j without %s is %j', (text, path, after) => {
    expect(removeYamlValue(text, path).text).toBe(after);
  });

  it('says what stood there, and changes nothing where nothing does', () => {
    expect(removeYamlValue(values, 'image.tag').before).toBe('1.10');
    for (const path of ['image.digest', 'image.tagg.x', 'containers[name=x]']) {
      expect(removeYamlValue(values, path)).toEqual({
        text: values,
        before: undefined,
      });
    }
  });

  it.each([
    ['a: &x 1\nb: *x\n', 'a', 'valueNotWritable'],
    ['a: &x {k: 1}\nb:\n  <<: *x\n  l: 2\n', 'b.k', 'sharedValue'],
    ['a: [1]\n', 'a[+]', 'pathInvalid'],
    ['a: [{n: 1}, {n: 1}]\n', 'a[n=1]', 'pathNotFound'],
    ['a: 1\n---\na: 2\n', 'a', 'documentNotSelected'],
  ])('refuses %j without %s: %s', (text, path, code) => {
    let error: unknown;
    try {
      removeYamlValue(text, path);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(EditError);
    expect((error as EditError).code).toBe(code);
  });
});
