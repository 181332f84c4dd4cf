import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  anchorSchema,
  type Anchor,
} from '@gitops-events/plugin-gitops-events-common';
import { UserError } from '../exitCodes';

const run = promisify(execFile);

/** A commit of the audit ref; without an anchor where it is none. */
export interface FoundAnchor {
  commit: string;
  parents: string[];
  anchor?: Anchor;
}

/**
 * The commits of an audit ref, oldest first, from any clone or bare repository
 * that has it. Read by git itself: what is verified is not read by our own code.
 *
 * @throws UserError when git cannot read it
 */
export async function readAnchors(
  repository: string,
  ref: string,
): Promise<FoundAnchor[]> {
  const args = ['log', '--reverse', '--topo-order', '--format=%H %P%n%B%x00'];
  const { stdout } = await run('git', ['-C', repository, ...args, ref, '--'], {
    maxBuffer: 4 * 2 ** 30,
  }).catch(error => {
    const said = String(error.stderr ?? error.message).trim();
    throw new UserError(
      `${repository} has no ${ref} that git can read: ${said}. In a clone, fetch it first: git fetch origin '${ref}:${ref}'.`,
    );
  });
  return stdout
    .split('\0')
    .map(text => text.trim())
    .filter(Boolean)
    .map(foundOf);
}

function foundOf(text: string): FoundAnchor {
  const [ids, ...message] = text.split('\n');
  const [commit, ...parents] = ids.trim().split(' ');
  return { commit, parents, anchor: anchorOf(message.join('\n')) };
}

function anchorOf(message: string): Anchor | undefined {
  try {
    return anchorSchema.parse(JSON.parse(message.split('\n\n')[1]));
  } catch {
    return undefined;
  }
}
