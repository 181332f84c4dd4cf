import { LineCounter, parseAllDocuments } from 'yaml';
import { parseYamlDocuments } from './yamlDocuments';

describe('parseYamlDocuments', () => {
  it.each([
    '',
    '# only a comment\n',
    'a: 1\nb: [x, { y: z }]\n',
    '%YAML 1.1\n---\na: yes\n...\n---\nb: |\n  text\n',
    'a: &x { b: 1 }\nc: *x\n',
    'a: [\n',
    'a: 1\na: 2\n',
    `${'['.repeat(150)}${']'.repeat(150)}`,
  ])('reads %j as yaml does', text => {
    const lineCounter = new LineCounter();
    const documents = parseYamlDocuments(text, { lineCounter });
    const theirCounter = new LineCounter();
    const theirs = [
      ...parseAllDocuments(text, {
        lineCounter: theirCounter,
        prettyErrors: false,
        logLevel: 'silent',
      }),
    ];
    const told = (all: typeof documents) =>
      all.map(({ errors, contents, range }) => ({
        errors: errors.map(({ code, pos }) => ({ code, pos })),
        json: errors.length === 0 && contents?.toJSON(),
        range,
      }));
    expect(told(documents)).toEqual(told(theirs as typeof documents));
    expect(lineCounter.lineStarts).toEqual(theirCounter.lineStarts);
  });

  it.each(['[', '- ', '? ', '{a: ', '- - ? '])(
    'refuses %j a hundred thousand times, with the line',
    sign => {
      const lineCounter = new LineCounter();
      const [document] = parseYamlDocuments(
        `# first\n${sign.repeat(100_000)}`,
        {
          lineCounter,
        },
      );
      const [error] = document.errors;
      expect(error.message).toBe('Nested deeper than 200 levels');
      expect(lineCounter.linePos(error.pos[0]).line).toBe(2);
    },
  );

  it('refuses maps nested by indentation', () => {
    const text = Array.from(
      { length: 1_000 },
      (_, depth) => `${' '.repeat(depth)}a:\n`,
    ).join('');
    expect(parseYamlDocuments(text)[0].errors[0].message).toMatch(/Nested/);
  });
});
