/** A reason code as a person reads it: `policyDenied` is `Policy denied`. */
export function codeInWords(code: string): string {
  const words = code
    .replace(/[-_.]/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
