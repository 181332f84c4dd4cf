/**
 * Whether the database refused the values themselves, so that the same rows
 * would be refused again. Everything else (gone, full, busy) is no fault of theirs.
 */
export function isBadRow(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return false;
  // PostgreSQL: data exception, integrity violation, program limit exceeded.
  if (/^[0-9A-Z]{5}$/.test(code)) return /^(22|23|54)/.test(code);
  return /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH)/.test(code);
}
