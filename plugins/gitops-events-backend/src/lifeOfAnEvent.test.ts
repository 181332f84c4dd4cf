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

  it.each(named)('%s has %s', (file, name) => {
    const full = path.resolve(__dirname, file);
    expect(existsSync(full)).toBe(true);
    if (name) {
      expect(readFileSync(full, 'utf8')).toMatch(
        new RegExp(
          `export (async )?(abstract )?(function|class|const) ${name}\\b`,
        ),
      );
    }
  });
});
