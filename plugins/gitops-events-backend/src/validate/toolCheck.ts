import path from 'node:path';
import type {
  PolicyCheck,
  ProposedChange,
  RepositoryFile,
} from '@gitops-events/plugin-gitops-events-node';
import { matchesPattern } from '@gitops-events/plugin-gitops-events-sensors';
import { withCheckout } from './checkout';
import type { ToolConfig } from './readValidation';
import { runTool, type ToolOutcome } from './runTool';

/** Nothing that a user gave is among the arguments: the folder is where they run. */
const commands: Record<ToolConfig['tool'], ReadonlyArray<readonly string[]>> = {
  kustomize: [['build', '.']],
  helm: [['template', 'check', '.']],
  terraform: [
    ['init', '-backend=false', '-input=false', '-no-color'],
    ['validate', '-no-color'],
  ],
};

/** For tests: where tools are looked for, and where checkouts are made. */
export interface ToolPlaces {
  path?: string;
  temporary?: string;
}

/** The configured tools as checks, one each. */
export function toolChecks(
  tools: readonly ToolConfig[],
  options: ToolPlaces = {},
): PolicyCheck[] {
  const names = [...new Set(tools.map(({ tool }) => tool))];
  return names.map(name =>
    toolCheck(
      name,
      tools.filter(({ tool }) => tool === name),
      options,
    ),
  );
}

/**
 * Denies a change after which a tool does not take a folder that it took before.
 * It is asked in a checkout of its own, without a network.
 */
function toolCheck(
  tool: ToolConfig['tool'],
  configs: ToolConfig[],
  options: ToolPlaces,
): PolicyCheck {
  return {
    name: tool,
    version: JSON.stringify(configs),
    costly: true,
    deadlineMs: 20_000,
    async check(change, { signal }) {
      const reasons: string[] = [];
      const notes: string[] = [];
      for (const { folder, reads } of concerned(configs, change)) {
        const run = (files: RepositoryFile[]) =>
          runIn(tool, folder, files, { signal, ...options });
        const after = await run(await change.read(reads));
        if (after === undefined) {
          notes.push(
            `${tool} is not installed here, so ${folder} was not tried.`,
          );
        } else if (!after.ok) {
          const before = await run(await change.readBefore(reads));
          if (before?.ok === false) {
            notes.push(`${tool} did not take ${folder} before either.`);
          } else {
            reasons.push(`${tool} does not take ${folder}: ${after.said}`);
          }
        }
      }
      return reasons.length > 0
        ? { check: tool, verdict: 'deny', reasons }
        : { check: tool, verdict: 'pass', reasons: notes };
    },
  };
}

/** Folders that the change touches, or whose bases it does. */
function concerned(configs: ToolConfig[], change: ProposedChange) {
  return configs
    .filter(({ repo }) => matchesPattern(repo, change.repository))
    .flatMap(({ folders, reads }) =>
      folders.map(folder => ({ folder, reads: [folder, ...reads] })),
    )
    .filter(({ reads }) =>
      change.diff.some(one => reads.some(read => one.path.startsWith(read))),
    );
}

/** A folder that is not there has nothing to take. */
async function runIn(
  tool: ToolConfig['tool'],
  folder: string,
  files: RepositoryFile[],
  options: ToolPlaces & { signal: AbortSignal },
): Promise<ToolOutcome | undefined> {
  if (!files.some(file => file.path.startsWith(folder))) return { ok: true };
  return withCheckout(
    files,
    async (root, home) => {
      for (const args of commands[tool]) {
        const cwd = path.join(root, folder);
        const outcome = await runTool(tool, args, {
          ...options,
          folder: cwd,
          home,
        });
        if (!outcome?.ok) return outcome;
      }
      return { ok: true };
    },
    options.temporary,
  );
}
