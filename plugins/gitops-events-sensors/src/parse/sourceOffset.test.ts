import fc from 'fast-check';
import { Document, LineCounter, parseDocument, Scalar } from 'yaml';
import { Source } from './source';

const styles = [
  Scalar.PLAIN,
  Scalar.QUOTE_SINGLE,
  Scalar.QUOTE_DOUBLE,
  Scalar.BLOCK_LITERAL,
  Scalar.BLOCK_FOLDED,
] as const;
const piece = fc.constantFrom(
  'event.data.tag',
  ' ',
  ' == ',
  '\n',
  '\n  ',
  '"a"',
  "'b'",
  '\\',
  'é',
  ': ',
  '#',
  ' && ',
);

/** A text as a value two levels deep, in the style asked for or the nearest that YAML allows. */
function write(text: string, style: Scalar.Type): string {
  const document = new Document({ spec: { filter: '' } });
  const scalar = new Scalar(text);
  scalar.type = style;
  document.setIn(['spec', 'filter'], scalar);
  return document.toString({ lineWidth: 30 });
}

describe('sourceOffset', () => {
  it('finds each character of a scalar, however it is written', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(...styles),
        (pieces, style) => {
          const text = write(pieces.join(''), style);
          const lines = new LineCounter();
          const document = parseDocument(text, { lineCounter: lines });
          // Folding may lose white space, which is no concern of ours.
          const value = String(document.getIn(['spec', 'filter']));
          const source = new Source(text, lines, document);
          for (const [offset, character] of value.split('').entries()) {
            if (/\s/.test(character)) continue;
            const { line, column } = source.mark({
              rule: 'test',
              message: '',
              path: ['spec', 'filter'],
              offset,
            });
            const found = text.split('\n')[line - 1][column - 1];
            // The place of an escaped character is that of its backslash.
            expect([character, '\\']).toContain(found);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
