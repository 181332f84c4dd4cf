import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * While replicas of two versions run side by side, the older one goes on with
 * the tables that the newer one has changed. So a migration adds: a table, an
 * index, a column that has a default or may be null.
 *
 * One that takes away what nobody reads any more says so on a line of its own:
 * `// removes: <what>, unread since <version>`. Those below came before the
 * first release, which nobody has to upgrade from side by side.
 */
const marker = /^\/\/ removes: .+, unread since \d+\.\d+/m;
const beforeFirstRelease = ['0003_windows.js'];

const folder = path.resolve(__dirname, '../../migrations');
const migrations = readdirSync(folder).filter(name => name.endsWith('.js'));

/** The text of `up`, without comments. */
function upOf(text: string): string {
  const [, up] = /exports\.up = ([\s\S]*?)\nexports\.down/.exec(
    `${text}\nexports.down`,
  )!;
  return up.replace(/^\s*\/\/.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');
}

function takenAway(text: string): string[] {
  const up = upOf(text);
  const found = [
    ...up.matchAll(
      /\.(dropColumns?|dropTable(?:IfExists)?|dropPrimary|renameColumn|renameTable|dropNullable|setNullable|alter)\(/g,
    ),
    ...up.matchAll(
      /\b(drop (?:table|column|constraint)|rename (?:to|column)|alter column|set not null)\b/gi,
    ),
  ].map(([text_, name]) => name ?? text_);
  // A row of an older replica has no value for it.
  const added = [...up.matchAll(/alterTable\([\s\S]*?\n {2}\}\);/g)].flatMap(
    ([block]) =>
      block
        .split(';')
        .filter(
          column =>
            /table\s*\.(text|string|bigInteger|integer|boolean|binary)\(/.test(
              column.replace(/\s+/g, ' ').replace('table .', 'table.'),
            ) &&
            /notNullable/.test(column) &&
            !/defaultTo/.test(column),
        ),
  );
  return [...found, ...added.map(column => `needed: ${column.trim()}`)];
}

describe('migrations', () => {
  it('are told apart', () => {
    const up = (body: string) =>
      `exports.up = async function up(knex) {\n${body}\n};\nexports.down = async () => { table.dropColumn('a'); };`;
    expect(takenAway(up("  table.text('a');"))).toEqual([]);
    expect(takenAway(up("  table.dropColumn('a');"))).toEqual(['dropColumn']);
    expect(takenAway(up('  knex.raw("alter table a rename to b")'))).toEqual([
      'rename to',
    ]);
    expect(
      takenAway(
        up(
          "  await knex.schema.alterTable('a', table => {\n    table.text('b').notNullable();\n  });",
        ),
      ),
    ).toHaveLength(1);
  });

  it.each(migrations)('%s only adds', name => {
    const text = readFileSync(path.join(folder, name), 'utf8');
    const allowed = beforeFirstRelease.includes(name) || marker.test(text);
    expect(allowed ? [] : takenAway(text)).toEqual([]);
  });
});
