import * as fc from 'fast-check';
import { tree } from './__testUtils__/anyYaml';
import { EditError } from './editError';
import { parseTfLiteral, writeTfLiteral } from './tfLiteral';
import { editTfvars } from './tfvarsEdit';
import { readTfvars } from './tfvars';

const text = `# Who we are
region   = "eu-central-1" # never another
replicas = 2
tags = {
  team  = "shop" // of the catalog
  "a b" = 1
}
zones = ["a", "b"]
motto = <<-EOT
  region = "none"
  EOT
image = "web:\${var.x}" /* odd */
`;

const edited = (set: Record<string, unknown>, before = text) =>
  editTfvars('a.tfvars', before, set);

describe('editTfvars', () => {
  it.each([
    ['region', 'eu-west-1', '"eu-central-1" #', '"eu-west-1" #'],
    ['replicas', 3, 'replicas = 2', 'replicas = 3'],
    ['zones', ['a'], '["a", "b"]', '["a"]'],
    ['image', 'web:1.10', '"web:${var.x}" /*', '"web:1.10" /*'],
    ['motto', 'x', '<<-EOT\n  region = "none"\n  EOT', '"x"'],
    ['added', { a: true }, text, `${text}added = { a = true }\n`],
  ])('sets %s and leaves every other byte', (name, value, old, now) => {
    const { text: after } = edited({ [name]: value });
    expect(after).toBe(text.replace(old, () => now));
    expect(edited({ [name]: value }, after).text).toBe(after);
  });

  it('changes nothing where the value stands already, however it is written', () => {
    const tags = { 'a b': 1, team: 'shop' };
    expect(edited({ tags, replicas: 2 })).toEqual({ text, record: [] });
    expect(edited({ tags: {} }).record).toMatchObject([
      { file: 'a.tfvars', path: 'tags', before: tags, after: {} },
    ]);
  });

  it.each([
    ['a = 1\na = 2\n', /set 2 times/],
    ['resource "x" {}\n', /Line 1 .*expected "="/],
    ['a = [1\n', /expected "\]"/],
    ['a = "x\n', /closing quote/],
    ['a = <<E\nx\n', /a line that says E/],
    ['a =\n', /expected a value/],
    ['b = 1\na = 1 }\n', /Line 2/],
  ])('refuses %j', (before, message) => {
    expect(() => edited({ a: 1 }, before)).toThrow(message);
  });

  it('writes any value so that it is read back, and no expression', () => {
    fc.assert(
      fc.property(tree, value => {
        const { text: after } = edited({ region: value });
        const found = readTfvars(after);
        expect(found.map(({ name }) => name)).toEqual(
          readTfvars(text).map(({ name }) => name),
        );
        const literal = after.slice(found[0].from, found[0].to);
        expect(literal).toBe(writeTfLiteral(value));
        expect(parseTfLiteral(literal)).toEqual({ value });
        const rest = after.slice(found[0].to);
        expect(text.endsWith(rest) && rest.startsWith(' # never')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('reads or refuses whatever it is given', () => {
    const noise = fc.string({
      unit: fc.constantFrom(...'a1 ="[]{}()#/*<-E\n\\$%,.'.split('')),
      maxLength: 40,
    });
    fc.assert(
      fc.property(noise, given => {
        let failed: unknown;
        try {
          edited({ a: 1 }, given);
        } catch (error) {
          failed = error;
        }
        expect(failed === undefined || failed instanceof EditError).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
