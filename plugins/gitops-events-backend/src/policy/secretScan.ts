import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import type { PolicyCheck } from '@gitops-events/plugin-gitops-events-node';
import { decodeText } from '../render/text';

const rule = '@secretlint/secretlint-rule-preset-recommend';
const maxReasons = 20;

// It would time each rule for each file, and keep all it measured until the process ends.
secretLintProfiler.setEnabled(false);

/**
 * Denies a change that brings a credential into Git, by the rules that secretlint
 * recommends. Only added lines count: what Git has already is not made worse.
 */
export const secretScan: PolicyCheck = {
  name: 'secret scan',
  async check({ diff, files }) {
    const reasons: string[] = [];
    for (const { path, patch, additions } of diff) {
      const content = files.find(file => file.path === path)?.content;
      const text = content && decodeText(content);
      if (additions === 0 || !text) continue;
      const added = addedLines(patch);
      for (const { message, from, to } of await findSecrets(path, text)) {
        if (![...added].some(line => line >= from && line <= to)) continue;
        reasons.push(
          `${path}, line ${from}: ${message}. Keep it in a secret store and refer to it.`,
        );
      }
    }
    return {
      check: secretScan.name,
      verdict: reasons.length > 0 ? 'deny' : 'pass',
      reasons: reasons.slice(0, maxReasons),
    };
  },
};

async function findSecrets(path: string, content: string) {
  const { messages } = await lintSource({
    source: {
      filePath: path,
      ext: /\.[^./]*$/.exec(path)?.[0] ?? '',
      contentType: 'text',
      content,
    },
    options: {
      config: { rules: [{ id: rule, rule: creator }] },
      maskSecrets: true,
    },
  });
  return messages.map(({ message, loc }) => ({
    // Masked already; the stars only tell how long it is.
    message: message.replace(/[:(\s]*\*[*)\s:]*/g, ' ').trim(),
    from: loc.start.line,
    to: loc.end.line,
  }));
}

/** Line numbers, in the file after the change, of the lines that a patch adds. */
export function addedLines(patch: string): Set<number> {
  const added = new Set<number>();
  let line = 0;
  for (const text of patch.split('\n')) {
    const hunk = /^@@ -\S+ \+(\d+)/.exec(text);
    if (hunk) {
      line = Number(hunk[1]);
    } else if (text.startsWith('+')) {
      added.add(line);
      line += 1;
    } else if (text.startsWith(' ')) {
      line += 1;
    }
  }
  return added;
}
