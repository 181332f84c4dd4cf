const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text, byte order mark and all; undefined for what is not text: other encodings, or NUL. */
export function decodeText(content: Uint8Array): string | undefined {
  if (content.includes(0)) return undefined;
  try {
    return strict.decode(content);
  } catch {
    return undefined;
  }
}

export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
