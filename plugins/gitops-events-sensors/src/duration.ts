const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds of a duration such as `500ms`, `30s`, `5m`, `24h` or `7d`.
 *
 * @throws RangeError when the text is not a duration; the schema has refused such a text before.
 * @public
 */
export function parseDuration(text: string): number {
  const match = /^([1-9][0-9]{0,6})(ms|s|m|h|d)$/.exec(text);
  if (!match) {
    throw new RangeError(
      `"${text}" is not a duration; write one such as 30s, 5m or 24h`,
    );
  }
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
}
