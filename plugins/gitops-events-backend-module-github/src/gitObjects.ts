import { createHash } from 'node:crypto';
import type { Connection } from './connection';
import type { RecentMap } from '@gitops-events/plugin-gitops-events-node';

export interface TreeEntry {
  name: string;
  /** As git writes it: `100644`, `040000`. */
  mode: string;
  oid: string;
  /** Bytes of a file. */
  size: number;
}

/** What never changes under its id, so it is read once. */
export interface KnownObjects {
  trees: RecentMap<TreeEntry[]>;
  blobs: RecentMap<Uint8Array>;
  /** The tree of a commit. */
  commits: RecentMap<string>;
}

export const folderMode = '040000';
export const submoduleMode = '160000';
export const symlinkMode = '120000';

/** Objects asked for in one request, and the bytes of files among them. */
const BATCH = 100;
const BATCH_BYTES = 1024 * 1024;

/** @throws RequestError with 404 where there is no such commit. */
export async function treeOfCommit(
  { octokit, name }: Connection,
  known: KnownObjects,
  commit: string,
): Promise<string> {
  const found = known.commits.get(commit);
  if (found) return found;
  const { data } = await octokit.rest.git.getCommit({
    ...name,
    commit_sha: commit,
  });
  known.commits.set(commit, data.tree.sha);
  return data.tree.sha;
}

export async function readTrees(
  connection: Connection,
  known: KnownObjects,
  oids: string[],
): Promise<Map<string, TreeEntry[]>> {
  const found = new Map<string, TreeEntry[]>();
  const missing: string[] = [];
  for (const oid of new Set(oids)) {
    const tree = known.trees.get(oid);
    if (tree) found.set(oid, tree);
    else missing.push(oid);
  }
  for (let from = 0; from < missing.length; from += BATCH) {
    const batch = missing.slice(from, from + BATCH);
    const answers = await objects<GraphqlTree>(
      connection,
      batch,
      '... on Tree { entries { nameRaw mode oid size } }',
    );
    batch.forEach((oid, index) => {
      const entries = (answers[index]?.entries ?? []).map(entry => ({
        name: Buffer.from(entry.nameRaw, 'base64').toString('utf8'),
        mode: entry.mode.toString(8).padStart(6, '0'),
        oid: entry.oid,
        size: entry.size,
      }));
      known.trees.set(oid, entries, entries.length + 1);
      found.set(oid, entries);
    });
  }
  return found;
}

/**
 * Many small files in one request. GitHub hands text out decoded, so each is
 * compared with its id; what differs, is binary or large is asked for alone.
 */
export async function readBlobs(
  connection: Connection,
  known: KnownObjects,
  entries: TreeEntry[],
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const keep = (oid: string, content: Uint8Array) => {
    known.blobs.set(oid, content, content.length + 100);
    found.set(oid, content);
  };
  const missing = new Map<string, TreeEntry>();
  for (const entry of entries) {
    const content = known.blobs.get(entry.oid);
    if (content) found.set(entry.oid, content);
    else missing.set(entry.oid, entry);
  }

  for (const batch of batches([...missing.values()])) {
    const oids = batch.map(({ oid }) => oid);
    const answers = await objects<{ text?: string | null }>(
      connection,
      oids,
      '... on Blob { text }',
    );
    oids.forEach((oid, index) => {
      const content = Buffer.from(answers[index]?.text ?? '');
      if (blobId(content) === oid) keep(oid, content);
    });
  }
  for (const oid of missing.keys()) {
    if (!found.has(oid)) keep(oid, await readBlob(connection, oid));
  }
  return found;
}

/** The id that git gives to these bytes. */
export function blobId(content: Uint8Array): string {
  return createHash('sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');
}

interface GraphqlTree {
  entries?: Array<{ nameRaw: string; mode: number; oid: string; size: number }>;
}

async function readBlob(
  { octokit, name }: Connection,
  oid: string,
): Promise<Uint8Array> {
  const { data } = await octokit.rest.git.getBlob({ ...name, file_sha: oid });
  return Buffer.from(data.content, 'base64');
}

/** Objects by id, in order; ids are variables, so nothing of a user is part of a query. */
async function objects<T>(
  { octokit, name }: Connection,
  oids: string[],
  selection: string,
): Promise<Array<T | null>> {
  const variables = oids.map((_, index) => `$id${index}: GitObjectID!`);
  const fields = oids.map(
    (_, index) => `id${index}: object(oid: $id${index}) { ${selection} }`,
  );
  const { repository } = await octokit.graphql<{
    repository: Record<string, T | null>;
  }>(
    `query ($owner: String!, $repo: String!, ${variables.join(', ')}) {
      repository(owner: $owner, name: $repo) { ${fields.join('\n')} }
    }`,
    {
      ...name,
      ...Object.fromEntries(oids.map((oid, index) => [`id${index}`, oid])),
    },
  );
  return oids.map((_, index) => repository[`id${index}`]);
}

function batches(entries: TreeEntry[]): TreeEntry[][] {
  const all: TreeEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    // Larger ones, GitHub would cut.
    if (entry.size > BATCH_BYTES / 4) continue;
    const last = all.at(-1);
    if (last && last.length < BATCH && bytes + entry.size <= BATCH_BYTES) {
      last.push(entry);
      bytes += entry.size;
    } else {
      all.push([entry]);
      bytes = entry.size;
    }
  }
  return all;
}
