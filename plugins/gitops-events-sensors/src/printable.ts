/** All but line breaks and tabs. */
const controlCharacters = /[^\P{Cc}\t\r\n]/gu;
const loneSurrogates = /\p{Cs}/gu;

/**
 * A text that any database and screen takes: without NUL and other control
 * characters, and with whole code points only.
 */
export function printable(text: string): string {
  return text
    .replace(controlCharacters, '\ufffd')
    .replace(loneSurrogates, '\ufffd');
}

/** Whether `printable` would change it. */
export function isPrintable(text: string): boolean {
  return printable(text) === text;
}

export function hasControlCharacters(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
