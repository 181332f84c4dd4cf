import Ajv from 'ajv';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { sensorJsonSchema } from './jsonSchema';

const file = join(__dirname, '../sensor.schema.json');
const examples = join(__dirname, '../../../examples/sensors');

describe('sensorJsonSchema', () => {
  it('is the file that is published; UPDATE_GENERATED=1 writes it', () => {
    const schema = JSON.parse(JSON.stringify(sensorJsonSchema()));
    if (process.env.UPDATE_GENERATED) {
      writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
    }
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema);
  });

  const validate = new Ajv({ strict: false, validateFormats: false }).compile(
    sensorJsonSchema(),
  );
  const example = () =>
    parse(readFileSync(join(examples, 'promote-image.yaml'), 'utf8'));

  it('takes the examples', () => {
    const names = readdirSync(examples).filter(name => !/\.test\./.test(name));
    for (const name of names) {
      const document = parse(readFileSync(join(examples, name), 'utf8'));
      expect({
        name,
        valid: validate(document),
        errors: validate.errors,
      }).toEqual({ name, valid: true, errors: null });
    }
  });

  it('lets ${{ }} stand for a number of an input, and nothing else', () => {
    const withApprovals = (approvals: unknown) => {
      const document = example();
      document.spec.steps[0].input.merge = { approvals };
      return validate(document);
    };
    expect(withApprovals(2)).toBe(true);
    expect(withApprovals('${{ event.data.n }}')).toBe(true);
    expect(withApprovals('many')).toBe(false);
  });

  it('refuses an unknown field of an input and of the document', () => {
    const input = example();
    input.spec.steps[0].input.bse = 'main';
    expect(validate(input)).toBe(false);
    const document = example();
    document.spec.mod = 'auto';
    expect(validate(document)).toBe(false);
  });
});
