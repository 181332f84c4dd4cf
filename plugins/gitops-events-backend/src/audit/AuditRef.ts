import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Anchor } from '@gitops-events/plugin-gitops-events-common';
import {
  commitObject,
  gitObject,
} from '@gitops-events/plugin-gitops-events-node/git';
import { createRepository } from '../git/createRepository';
import { GitRepository } from '../git/gitRepository';
import { anchorOf, anchorText } from './anchorText';

/** Ours alone. */
export const AUDIT_REF = 'refs/gitops-events/audit';

const emptyTree = gitObject('tree', Buffer.alloc(0));

/** An anchor that the ref holds. */
export interface HeldAnchor extends Anchor {
  commit: string;
}

/** The line of anchors in Git: each a commit without files on the one before. */
export class AuditRef {
  private known: HeldAnchor | undefined;

  private constructor(
    private readonly repository: GitRepository,
    private readonly author: { name: string; email: string },
  ) {}

  static async open(options: {
    directory: string;
    author: { name: string; email: string };
  }): Promise<AuditRef> {
    const { directory, author } = options;
    const isThere = await access(directory).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      const seed = undefined;
      await createRepository({ directory, branch: 'main', seed, author });
    }
    const name = path.basename(directory, '.git');
    return new AuditRef(await GitRepository.open(name, directory), author);
  }

  stop(): Promise<void> {
    return this.repository.stop();
  }

  /** The newest anchor; undefined before the first. */
  async last(): Promise<HeldAnchor | undefined> {
    const head = this.repository.refs.read(AUDIT_REF);
    if (head === undefined) return undefined;
    if (this.known?.commit === head) return this.known;
    const { message } = await this.repository.commit(head);
    this.known = { ...anchorOf(message), commit: head };
    return this.known;
  }

  /**
   * Puts an anchor on `last`, durable when this resolves.
   *
   * @returns undefined when the ref is not at `last` any more: another was faster
   */
  async add(
    last: HeldAnchor | undefined,
    anchor: Anchor,
  ): Promise<HeldAnchor | undefined> {
    const commit = commitObject({
      tree: emptyTree.id,
      parents: last ? [last.commit] : [],
      author: this.author,
      time: Math.floor(Date.parse(anchor.at) / 1000),
      message: anchorText(anchor),
    });
    const { swapped } = await this.repository.writeAndSwap(
      AUDIT_REF,
      last?.commit,
      [emptyTree, commit],
      commit.id,
    );
    return swapped ? { ...anchor, commit: commit.id } : undefined;
  }
}
