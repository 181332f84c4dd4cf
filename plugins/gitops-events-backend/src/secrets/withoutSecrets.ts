import { mask } from '@gitops-events/plugin-gitops-events-common';

/**
 * Does something that knows secrets, and keeps them out of all it says: out of
 * what it returns, and of the message of what it throws.
 */
export async function withoutSecrets<T>(
  secrets: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  if (secrets.length === 0) return work();
  const forms = secrets.flatMap(formsOf).sort((a, b) => b.length - a.length);
  try {
    return hide(await work(), forms) as T;
  } catch (error) {
    // Not the error itself: its cause and stack may hold them as well.
    const { name = 'Error', message, code } = error as NodeJS.ErrnoException;
    const hidden = new Error(hideIn(String(message ?? error), forms));
    // Whether people may read its text is told by these.
    throw Object.assign(hidden, { name, ...(code !== undefined && { code }) });
  }
}

function hide(value: unknown, forms: readonly string[]): unknown {
  if (typeof value === 'string') return hideIn(value, forms);
  if (typeof value === 'number' || typeof value === 'bigint') {
    return forms.includes(String(value)) ? mask : value;
  }
  if (Array.isArray(value)) return value.map(item => hide(item, forms));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      hideIn(key, forms),
      hide(item, forms),
    ]),
  );
}

function hideIn(text: string, forms: readonly string[]): string {
  return forms.reduce((rest, form) => rest.replaceAll(form, mask), text);
}

/** A secret as others write it when they quote it: escaped, encoded, line by line. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const lines = secret.split(/\r?\n/).filter(line => line.length >= 8);
  const encoded = [0, 1, 2].flatMap(before => {
    const text = insideBase64(bytes, before);
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [
    ...new Set([
      secret,
      ...lines,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      bytes.toString('hex'),
      ...encoded,
    ]),
  ];
}

/** What of base64 is the secret's alone when so many other bytes stand before it, as in `user:password`. */
function insideBase64(secret: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), secret]).toString('base64');
  const from = Math.ceil((before * 8) / 6);
  return text.slice(from, Math.floor(((before + secret.length) * 8) / 6));
}
