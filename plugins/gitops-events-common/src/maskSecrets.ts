/** What stands where a secret was. @public */
export const mask = '••••••';
const maxText = 4_000;
const maxItems = 200;
const maxDepth = 24;
const maxNodes = 10_000;

const secretWords = [
  'passw',
  'passphrase',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'privatekey',
  'signingkey',
  'encryptionkey',
  'authorization',
  'credential',
  'cookie',
  'signature',
  'connectionstring',
];

// They name a secret instead of being one.
const harmlessEndings = ['name', 'ref', 'kind', 'type', 'count', 'enabled'];

const secretTexts = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|sk_live_|npm_)[A-Za-z0-9_-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
];
const passwordInUrl = /\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi;

/** As `password=...`, `"api_key": "..."` and `clientSecret: ...` in a text of whatever form. */
const namedSecret =
  /([\w.-]*(?:passw|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|credential|cookie|signature|connectionstring)[\w.-]*["']?\s*[=:]\s*)("[^"]*"?|'[^']*'?|[^\s"'&,;<]+)/gi;

/**
 * For a text that is no JSON, so that its keys are not known: masks what follows
 * the name of a secret too.
 *
 * @public
 */
export function maskNamedSecrets(text: string): string {
  return text.replace(namedSecret, `$1${mask}`);
}

/**
 * The one place where payloads and reasons lose their secrets before a person sees them.
 * Values are masked by the name of their key (also of `{ name, value }` pairs,
 * as Kubernetes writes environment variables) and by their look. What is too
 * long, too deep or too much is cut, with a note in its place.
 *
 * @public
 */
export function maskSecrets(value: unknown): unknown {
  let nodes = 0;

  function visit(node: unknown, depth: number): unknown {
    nodes += 1;
    if (nodes > maxNodes || depth > maxDepth) return '… (not shown)';
    if (typeof node === 'string') return maskText(node);
    if (Array.isArray(node)) return visitArray(node, depth);
    if (typeof node === 'object' && node !== null) {
      return visitObject(node as Record<string, unknown>, depth);
    }
    return node;
  }

  function visitArray(items: unknown[], depth: number): unknown[] {
    const shown = items.slice(0, maxItems).map(item => visit(item, depth + 1));
    const more = items.length - shown.length;
    return more > 0 ? [...shown, `… (${more} more items)`] : shown;
  }

  function visitObject(object: Record<string, unknown>, depth: number) {
    const keys = Object.keys(object);
    const shown = keys.slice(0, maxItems).map(key => {
      const named = key.toLowerCase() === 'value' ? nameOf(object) : undefined;
      const secret =
        isSecretName(key) || (named !== undefined && isSecretName(named));
      return [
        key,
        secret ? masked(object[key]) : visit(object[key], depth + 1),
      ];
    });
    const more = keys.length - shown.length;
    if (more > 0) shown.push(['…', `${more} more keys`]);
    // Not by assignment: a key may be called __proto__.
    return Object.fromEntries(shown);
  }

  return visit(value, 0);
}

function masked(value: unknown): unknown {
  return value === null || value === '' || typeof value === 'boolean'
    ? value
    : mask;
}

function nameOf(object: Record<string, unknown>): string | undefined {
  const name = object.name ?? object.key ?? object.Name ?? object.Key;
  return typeof name === 'string' ? name : undefined;
}

/** Whether a field of that name holds a secret. @public */
export function isSecretName(key: string): boolean {
  const word = key.toLowerCase().replace(/[^a-z0-9]/g, '');
  return (
    secretWords.some(secret => word.includes(secret)) &&
    !harmlessEndings.some(ending => word.endsWith(ending))
  );
}

function maskText(text: string): string {
  const cut =
    text.length > maxText
      ? `${text.slice(0, maxText)}… (${text.length - maxText} more characters)`
      : text;
  return secretTexts
    .reduce((rest, pattern) => rest.replace(pattern, mask), cut)
    .replace(passwordInUrl, `$1:${mask}@`);
}
