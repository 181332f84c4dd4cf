import { EditError } from './editError';

/**
 * Names one value in a YAML file.
 *
 * ```text
 * path      = [ "[" conditions "]/" ] step { step }
 * step      = [ "." ] key | "[" quoted "]" | "[" index "]" | "[" conditions "]" | "[+]"
 * key       = letters, digits and any of _ - / $ : @ ~ * % | quoted
 * conditions = field "=" text { "," field "=" text }      field = key { "." key }
 * quoted    = a JSON string; `text` may be one as well
 * ```
 *
 * `image.tag`, `containers[name=web].image`, `spec.containers[0].image`,
 * `annotations["a.b/c"]`, `resources[+]` (added to the list unless it is there),
 * `[kind=Deployment,metadata.name=web]/spec.replicas` (in a file of several
 * documents: in the one of that kind and name).
 */
export interface YamlPath {
  /** What the document must say; empty: the only document. */
  document: Condition[];
  steps: Step[];
}

export interface Condition {
  field: string[];
  value: string;
}

export type Step =
  | { kind: 'key'; key: string }
  | { kind: 'index'; index: number }
  | { kind: 'item'; where: Condition[] }
  | { kind: 'append' };

const keyPattern = /[\p{L}\p{N}_\-/$:@~*%]+/uy;
const quotedPattern = /"(?:[^"\\]|\\.)*"/y;
const indexPattern = /[0-9]{1,6}(?=\])/y;
const textPattern = /[^\],"[]+/y;

/** @throws EditError `pathInvalid` that says where the path stops making sense. */
export function parseYamlPath(text: string): YamlPath {
  let at = 0;

  const fail = (expected: string): never => {
    throw new EditError(
      'pathInvalid',
      `The path "${text}" is not valid at character ${at + 1}: expected ${expected}.`,
    );
  };
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    at += match?.length ?? 0;
    return match;
  };
  const takeSign = (sign: string): boolean => {
    const there = text.startsWith(sign, at);
    if (there) at += sign.length;
    return there;
  };
  const takeQuoted = (): string | undefined => {
    const start = at;
    const quoted = take(quotedPattern);
    if (quoted === undefined) return undefined;
    try {
      return JSON.parse(quoted);
    } catch {
      at = start;
      return fail('a string in double quotes, written as in JSON');
    }
  };
  const takeKey = (): string =>
    takeQuoted() ??
    take(keyPattern) ??
    fail('a key; put one with other signs in double quotes');

  const takeConditions = (): Condition[] => {
    const conditions: Condition[] = [];
    do {
      const field = [takeKey()];
      while (takeSign('.')) field.push(takeKey());
      if (!takeSign('=')) fail('"=" and a value');
      const value = takeQuoted() ?? take(textPattern) ?? fail('a value');
      conditions.push({ field, value });
    } while (takeSign(','));
    if (!takeSign(']')) fail('"]"');
    return conditions;
  };

  const takeBracket = (): Step => {
    if (takeSign('+]')) return { kind: 'append' };
    const index = take(indexPattern);
    if (index !== undefined && takeSign(']')) {
      return { kind: 'index', index: Number(index) };
    }
    const start = at;
    const key = takeQuoted();
    if (key !== undefined && takeSign(']')) return { kind: 'key', key };
    at = start;
    return { kind: 'item', where: takeConditions() };
  };

  let document: Condition[] = [];
  const steps: Step[] = [];
  while (at < text.length) {
    if (takeSign('[')) {
      const step = takeBracket();
      if (steps.length === 0 && step.kind === 'item' && takeSign('/')) {
        document = step.where;
      } else {
        steps.push(step);
      }
    } else {
      if (steps.length > 0 && !takeSign('.')) fail('"." or "["');
      steps.push({ kind: 'key', key: takeKey() });
    }
  }
  if (steps.length === 0) fail('a key');
  const append = steps.findIndex(step => step.kind === 'append');
  if (append >= 0 && append < steps.length - 1) {
    throw new EditError(
      'pathInvalid',
      `The path "${text}" is not valid: [+] adds an item and stands at its end.`,
    );
  }
  return { document, steps };
}

/** The path as it would be written. */
export function formatSteps(steps: Step[]): string {
  return steps
    .map(step => {
      if (step.kind === 'append') return '[+]';
      if (step.kind === 'index') return `[${step.index}]`;
      if (step.kind === 'item') return `[${formatConditions(step.where)}]`;
      return isPlainKey(step.key)
        ? `.${step.key}`
        : `[${JSON.stringify(step.key)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

export function formatConditions(conditions: Condition[]): string {
  return conditions
    .map(({ field, value }) => {
      const name = field
        .map(key => (isPlainKey(key) ? key : JSON.stringify(key)))
        .join('.');
      const plain = /^[^\],"[]+$/.test(value);
      return `${name}=${plain ? value : JSON.stringify(value)}`;
    })
    .join(',');
}

function isPlainKey(key: string): boolean {
  keyPattern.lastIndex = 0;
  return keyPattern.exec(key)?.[0] === key;
}
