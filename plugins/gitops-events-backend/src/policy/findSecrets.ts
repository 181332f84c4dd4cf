import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

/** A credential in a text, told without repeating it. */
export interface FoundSecret {
  /** Such as `found GitHub Token`. */
  what: string;
  rule: string;
  /** First and last line. */
  from: number;
  to: number;
}

const preset = '@secretlint/secretlint-rule-preset-recommend';

// It would time each rule for each file, and keep all it measured until the process ends.
secretLintProfiler.setEnabled(false);

/** Credentials by the rules that secretlint recommends. */
export async function findSecrets(
  path: string,
  content: string,
): Promise<FoundSecret[]> {
  const { messages } = await lintSource({
    source: {
      filePath: path,
      ext: /\.[^./]*$/.exec(path)?.[0] ?? '',
      contentType: 'text',
      content: withoutOrders(content),
    },
    options: {
      config: {
        rules: [{ id: preset, rule: creator }],
      },
      maskSecrets: true,
    },
  });
  return messages.map(({ message, loc, ruleId }) => ({
    // Masked already; the stars only tell how long it is.
    what: message.replace(/[:(\s]*\*[*)\s:]*/g, ' ').trim(),
    rule: ruleId.replace(/^@secretlint\/secretlint-rule-/, ''),
    from: loc.start.line,
    to: loc.end.line,
  }));
}

/** A comment in a file shall not switch the rules off for it; every character stays in its place. */
function withoutOrders(content: string): string {
  return content.replace(/secretlint-/gi, 'secretlint ');
}
