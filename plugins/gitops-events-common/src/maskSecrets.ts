import { LeftOut } from './leftOut';

/** What stands where a secret was. @public */
export const mask = '••••••';

/** How much is shown of a value. @public */
export interface MaskLimits {
  /** Of one text. */
  characters: number;
  /** Of one list, and fields of one object. */
  items: number;
  /** Of lists and objects in each other. */
  levels: number;
  /** Texts, numbers, lists and objects in all. */
  values: number;
}

const usual: MaskLimits = {
  ...{ characters: 4_000, items: 200, levels: 24, values: 10_000 },
};
/** Looked at beyond where a text is cut, so that a secret across the cut is known. */
const beyondCut = 1_000;
/** So much of a text is looked at, where it is not to be shown whole: anybody may have sent it, and many may ask for it. */
const readAtMost = 65_536;

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

/**
 * A text may have millions of characters and come from anybody. So each pattern
 * is tried once a word (the looks behind), and the time grows with the text alone.
 */
const secretTexts = [
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    mask,
  ],
  [/\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, mask],
  [
    /(?<![\w-])(?=[\w-]+\.[\w-]{8,}\.)([\w-]*?)\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
    `$1${mask}`,
  ],
  [
    /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|sk_live_|npm_)[A-Za-z0-9_-]{10,}/g,
    mask,
  ],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, mask],
  // A password in an address.
  [/(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/[^\s/:@]*):[^\s/@]+@/gi, `$1:${mask}@`],
] as const;

/** As `password=...`, `"api_key": "..."` and `clientSecret: ...` in a text of whatever form. */
const namedSecret =
  /(?<![\w.-])((?=[\w.-]*?(?:passw|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|credential|cookie|signature|connectionstring))[\w.-]+["']?\s*[=:]\s*)(?:"[^"]*"?|'[^']*'?|[^\s"'&,;<]+)/gi;

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
  return maskAndTell(value).shown;
}

/**
 * As {@link maskSecrets}, within other limits, and tells what was cut.
 *
 * @param part - what the value is called, where others are shown beside it: `Content`
 * @returns `leftOut`: sentences for a person, a few at most; none where all of it is shown
 * @public
 */
export function maskAndTell(
  value: unknown,
  limits: MaskLimits = usual,
  part?: string,
): { shown: unknown; leftOut: string[] } {
  const leftOut = new LeftOut(part);
  let values = 0;

  function visit(node: unknown, level: number): unknown {
    values += 1;
    if (level > limits.levels) {
      leftOut.levels(limits.levels);
      return '… (not shown)';
    }
    if (typeof node === 'string') return visitText(node);
    if (Array.isArray(node)) return visitArray(node, level);
    if (typeof node === 'object' && node !== null) {
      return visitObject(node as Record<string, unknown>, level);
    }
    return node;
  }

  function visitText(text: string): string {
    const { shown, more } = maskText(text, limits.characters);
    if (more === 0) return shown;
    leftOut.some('characters', shown.length, shown.length + more);
    return `${shown}… (${more} more characters)`;
  }

  /** As many as there is room for, of themselves and in all. */
  function firstOf<T, S>(all: T[], show: (one: T, at: number) => S): S[] {
    const shown: S[] = [];
    for (const [at, one] of all.entries()) {
      if (at >= limits.items || values >= limits.values) break;
      shown.push(show(one, at));
    }
    return shown;
  }

  function visitArray(items: unknown[], level: number): unknown[] {
    const shown = firstOf(items, (item, at) =>
      leftOut.within(at, () => visit(item, level + 1)),
    );
    const more = items.length - shown.length;
    if (more <= 0) return shown;
    leftOut.some('items', shown.length, items.length);
    return [...shown, `… (${more} more items)`];
  }

  function visitObject(object: Record<string, unknown>, level: number) {
    const keys = Object.keys(object);
    const shown = firstOf(keys, key => {
      const named = key.toLowerCase() === 'value' ? nameOf(object) : undefined;
      const secret =
        isSecretName(key) || (named !== undefined && isSecretName(named));
      return [
        key,
        secret
          ? masked(object[key])
          : leftOut.within(key, () => visit(object[key], level + 1)),
      ];
    });
    const more = keys.length - shown.length;
    if (more > 0) {
      leftOut.some('fields', shown.length, keys.length);
      shown.push(['…', `${more} more keys`]);
    }
    // Not by assignment: a key may be called __proto__.
    return Object.fromEntries(shown);
  }

  const shown = visit(value, 0);
  return { shown, leftOut: leftOut.sentences() };
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

/**
 * A process that has compiled much code compiles patterns without optimizing
 * them, and then they run out of room in words of some millions of characters.
 * What cannot be looked through is hidden whole.
 */
function withoutSecrets(text: string): string {
  try {
    return secretTexts.reduce(
      (rest, [pattern, instead]) => rest.replace(pattern, instead),
      text,
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return mask;
  }
}

/**
 * Masked before it is cut: half a secret does not look like one. Where masks
 * leave too little of what was read, more is read, four times as much at a
 * time, until 64 KiB were read or what is to be shown.
 *
 * @returns `more`: characters that are not shown; of what was not read, with its secrets
 */
function maskText(
  text: string,
  characters: number,
): { shown: string; more: number } {
  for (let read = characters + beyondCut; ; read *= 4) {
    const hidden = withoutSecrets(text.slice(0, read));
    if (text.length <= characters) return { shown: hidden, more: 0 };
    const isWhole = text.length <= read;
    if (isWhole) {
      const more = Math.max(0, hidden.length - characters);
      return { shown: hidden.slice(0, characters), more };
    }
    const sure = Math.max(0, hidden.length - beyondCut);
    if (sure >= characters || read >= readAtMost) {
      const shown = hidden.slice(0, Math.min(sure, characters));
      return { shown, more: text.length - shown.length };
    }
  }
}
