import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const document = readFileSync(
  path.resolve(__dirname, '../../../docs/life-of-an-event.md'),
  'utf8',
);
const named = [...document.matchAll(/`([\w/.]+\.ts)(?::(\w+))?`/g)].map(
  ([, file, name]) => [file, name] as const,
);

describe('docs/life-of-an-event.md', () => {
  it('names the hops', () => {
    expect(named.length).toBeGreaterThan(30);
  });

  it.each(named)('%s is there', file => {
    expect(existsSync(path.resolve(__dirname, file))).toBe(true);
  });

  it.each(named.filter(([, name]) => name))('%s exports %s', (file, name) => {
    expect(readFileSync(path.resolve(__dirname, file), 'utf8')).toMatch(
      new RegExp(
        `export (async )?(abstract )?(function|class|const) ${name}\\b`,
      ),
    );
  });
});
