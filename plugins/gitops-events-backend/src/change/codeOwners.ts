/*
 * CODEOWNERS as GitHub and GitLab read it: patterns like those of .gitignore, of
 * which the last one that fits a path says who owns it. Sections are GitLab's:
 * each has a say of its own.
 */

/** Where a forge looks for it; the first one counts. Source: GitHub's and GitLab's pages on code owners. */
export function codeOwnersPlaces(host: string): string[] {
  return host === 'gitlab'
    ? ['CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS']
    : ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];
}

/** GitHub reads no larger one. */
const MAX_LENGTH = 3 * 1024 * 1024;

interface Rule {
  segments: string[];
  owners: string[];
}

/** Who owns any of these paths, as the file names them: `@pia`, `@acme/platform`. Pure. */
export function codeOwners(text: string, paths: string[]): string[] {
  if (text.length > MAX_LENGTH) return [];
  const owners = new Set<string>();
  for (const rules of sectionsOf(text)) {
    for (const path of paths) {
      const parts = path.split('/');
      const rule = rules.findLast(one => fits(one.segments, parts));
      for (const owner of rule?.owners ?? []) owners.add(owner);
    }
  }
  return [...owners];
}

function sectionsOf(text: string): Rule[][] {
  const sections: Rule[][] = [[]];
  let usual: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const section = /^\^?\[[^\]]+\](?:\[\d+\])?(.*)$/.exec(line.trim());
    if (section) {
      sections.push([]);
      usual = words(section[1]);
      continue;
    }
    const [pattern, ...owners] = words(line);
    if (!pattern) continue;
    sections.at(-1)!.push({
      segments: segmentsOf(pattern),
      owners: owners.length > 0 ? owners : usual,
    });
  }
  return sections;
}

/** A space of a path is written with a backslash; `#` begins a comment. */
function words(line: string): string[] {
  const found = line.match(/(?:\\.|[^\s\\])+/g) ?? [];
  const comment = found.findIndex(word => word.startsWith('#'));
  return (comment < 0 ? found : found.slice(0, comment)).map(word =>
    word.replace(/\\(.)/g, '$1'),
  );
}

/** A pattern as parts of a path; `**` stands for any number of them. */
function segmentsOf(pattern: string): string[] {
  const parts = pattern.replace(/^\/|\/$/g, '').split('/');
  const anywhere = !pattern.replace(/\/$/, '').includes('/');
  // All below a folder; `docs/*` is what lies in it alone.
  const below = pattern.endsWith('/') ? ['**', '*'] : [];
  const open =
    below.length > 0 || (!anywhere && parts.at(-1)!.includes('*'))
      ? below
      : ['**'];
  return [...(anywhere ? ['**'] : []), ...parts, ...open];
}

/** Never more steps than pattern times path, whatever somebody wrote there. */
function fits(pattern: string[], path: string[]): boolean {
  return matches(pattern, path, '**', (one, part) =>
    matches([...one], [...part], '*', (a, b) => a === '?' || a === b),
  );
}

/** The usual walk with one step back to the last wildcard, over parts or over letters. */
function matches(
  pattern: string[],
  text: string[],
  wildcard: string,
  same: (one: string, other: string) => boolean,
): boolean {
  let at = 0;
  let star = -1;
  let from = 0;
  for (let index = 0; index < text.length;) {
    if (pattern[at] === wildcard) {
      star = at++;
      from = index;
    } else if (at < pattern.length && same(pattern[at], text[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++from;
    } else return false;
  }
  while (pattern[at] === wildcard) at++;
  return at === pattern.length;
}
