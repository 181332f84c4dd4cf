import type { FoundAnchor } from './readAnchors';
import type { Finding, StreamCheck } from './verifyChain';

/** An anchor as the chain itself tells of it. */
export interface RecordedAnchor {
  anchor: number;
  commit: string;
}

/** The line of anchors: each on the one before, none left out, none that is not on record. Pure. */
export function verifyLine(
  found: readonly FoundAnchor[],
  recorded: readonly RecordedAnchor[],
  /** So many were there before the record was read; the last of them may have been on its way onto it. */
  settled: number,
): Finding[] {
  const findings: Finding[] = [];
  for (const [index, { commit, parents, anchor }] of found.entries()) {
    const before = found[index - 1]?.commit;
    if (!anchor || parents.join() !== (before ?? '')) {
      findings.push({
        code: 'anchorForeign',
        message: `commit ${commit} is no anchor that follows the one before`,
      });
    }
  }
  const held = new Set(found.map(({ commit }) => commit));
  for (const { anchor, commit } of recorded) {
    if (held.has(commit)) continue;
    findings.push({
      code: 'anchorMissing',
      message: `anchor ${anchor} (${commit.slice(0, 7)}) is on record and not in the ref; if this is a clone, fetch the ref first`,
    });
  }
  const known = new Set(recorded.map(({ commit }) => commit));
  for (const { commit, anchor } of found.slice(0, Math.max(settled - 1, 0))) {
    if (!anchor || known.has(commit)) continue;
    findings.push({
      code: 'anchorForeign',
      message: `anchor ${anchor.anchor} (${commit.slice(0, 7)}) is in the ref and not on record`,
    });
  }
  return [...findings, ...gaps(found)];
}

function gaps(found: readonly FoundAnchor[]): Finding[] {
  const numbers = found.flatMap(({ anchor }) => anchor?.anchor ?? []);
  return numbers.flatMap((number, index) => {
    const before = numbers[index - 1] ?? 0;
    return number === before + 1
      ? []
      : [
          {
            code: 'anchorMissing' as const,
            message: `anchor ${number} follows anchor ${before} in the ref: what lay between was taken away`,
          },
        ];
  });
}

/** What anchors hold against the chain as it is: one finding a stream, the first anchor that it breaks with. Pure. */
export function verifyHeads(
  found: readonly FoundAnchor[],
  streams: ReadonlyMap<string, StreamCheck>,
): Finding[] {
  const findings = new Map<string, Finding>();
  for (const { anchor } of found) {
    for (const [stream, head] of Object.entries(anchor?.heads ?? {})) {
      const check = streams.get(stream);
      const isTold = findings.has(stream) || check?.finding;
      if (isTold || check?.digests.get(head.number) === head.digest) continue;
      const at = `row ${head.number} of ${stream}`;
      const by = `anchor ${anchor!.anchor} of ${anchor!.at}`;
      findings.set(
        stream,
        (check?.rows ?? 0) < head.number
          ? { code: 'tailMissing', message: `${at} is gone, which ${by} holds` }
          : {
              code: 'rewritten',
              message: `${at} is not the one that ${by} holds: the chain was rewritten`,
            },
      );
    }
  }
  return [...findings.values()];
}
