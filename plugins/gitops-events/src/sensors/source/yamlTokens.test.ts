import fc from 'fast-check';
import { yamlTokens } from './yamlTokens';

const kinds = (line: string) =>
  yamlTokens(line)
    .filter(({ kind }) => kind !== 'text')
    .map(({ kind, text }) => [kind, text.trim()]);

describe('yamlTokens', () => {
  it('loses nothing of a line', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...`a: -#"'\${{}}\\[]`) }),
        line => {
          const texts = yamlTokens(line).map(({ text }) => text);
          expect(texts.join('')).toBe(line);
        },
      ),
    );
  });

  it.each([
    [
      '  - name: pushed # whom',
      [
        ['key', 'name'],
        ['comment', '# whom'],
      ],
    ],
    [
      'title: Promote ${{ params.image }}:${{ params.tag }}',
      [
        ['key', 'title'],
        ['template', '${{ params.image }}'],
        ['template', '${{ params.tag }}'],
      ],
    ],
    ['key: "a # b"', [['key', 'key']]],
    ['when: event.data.cpu <= 16', [['key', 'when']]],
    ['url: http://example.com', [['key', 'url']]],
    ['# kind: Sensor', [['comment', '# kind: Sensor']]],
    ['  event.data.tag.matches("^v?[0-9]+$")', []],
  ])('reads %s', (line, expected) => {
    expect(kinds(line)).toEqual(expected);
  });
});
