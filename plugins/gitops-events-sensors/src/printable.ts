/**
 * A text that any database and screen takes: without NUL and other control
 * characters, and with whole code points only.
 */
export function printable(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')
    .replace(loneSurrogate, '\ufffd');
}

/** Whether `printable` would change it. */
export function isPrintable(text: string): boolean {
  return printable(text) === text;
}

const loneSurrogate =
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
