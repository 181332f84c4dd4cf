import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

describe('this package', () => {
  it('runs anywhere: nothing in it needs Node, a clock or chance', () => {
    const sources = readdirSync(__dirname, {
      recursive: true,
      encoding: 'utf8',
    })
      .filter(name => /\.ts$/.test(name) && !/\.test\.ts$|__/.test(name))
      .map(name => ({
        name,
        text: readFileSync(join(__dirname, name), 'utf8'),
      }));
    expect(sources.length).toBeGreaterThan(20);
    const impure =
      /from 'node:|from '@backstage\/|\bprocess\.|\bBuffer\b|\brequire\(|Date\.now|new Date\(|Math\.random|console\./;
    expect(
      sources.filter(({ text }) => impure.test(text)).map(({ name }) => name),
    ).toEqual([]);
  });
});
