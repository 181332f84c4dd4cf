import {
  branchRef,
  checkObjectId,
  type GitObject,
} from '@gitops-events/plugin-gitops-events-node/git';
import {
  delimiterLine,
  flushLine,
  GitRefusal,
  lineText,
  pktLine,
  readLines,
  type Line,
} from './pktLine';
import { readPack } from './readPack';
import { writePack } from './writePack';

/** Sends one request of Git's HTTP protocol and gives the whole answer. */
export type GitTransport = (
  service: 'git-upload-pack' | 'git-receive-pack',
  body: Buffer,
) => Promise<Buffer>;

export type PushOutcome =
  { moved: true } | { moved: false; /** What the server said. */ why: string };

/** Stands for "no such branch" in a push. */
const NONE = '0'.repeat(40);

/*
 * What is needed of Git's own protocol, version 2 for reading, in which each
 * request stands alone. Sources: gitprotocol-v2 and gitprotocol-pack in Git's
 * documentation.
 */

/** Heads of the branches that there are. */
export async function readHeads(
  transport: GitTransport,
  branches: string[],
): Promise<Map<string, string>> {
  const answer = await transport(
    'git-upload-pack',
    command('ls-refs', [
      ...branches.map(branch => `ref-prefix ${branchRef(branch)}`),
    ]),
  );
  const heads = new Map<string, string>();
  for (const line of readLines(answer)) {
    const [id, ref] = line ? lineText(line).split(' ') : [];
    const branch = ref?.slice('refs/heads/'.length);
    // A prefix also finds the names that begin with it.
    if (branch && branches.includes(branch)) heads.set(branch, id);
  }
  return heads;
}

/**
 * Objects by their ids, and nothing else.
 *
 * @throws GitRefusal where the repository does not have one of them.
 */
export async function readObjects(
  transport: GitTransport,
  ids: string[],
): Promise<Map<string, GitObject>> {
  const answer = await transport(
    'git-upload-pack',
    command('fetch', [
      'no-progress',
      'ofs-delta',
      // Of a commit not its parents; of a tree, not what is in it.
      'deepen 1',
      'filter tree:0',
      ...ids.map(id => `want ${checkObjectId(id)}`),
      'done',
    ]),
  );
  const lines = readLines(answer);
  const start = lines.findIndex(line => line && lineText(line) === 'packfile');
  if (start < 0) throw new Error('The Git server sent no pack');
  const bands = readBands(lines.slice(start + 1));
  if (bands.error) throw new Error(`The Git server says: ${bands.error}`);
  const found = readPack(bands.data);
  const missing = ids.find(id => !found.has(id));
  if (missing) throw new GitRefusal(`There is no object ${missing}`);
  return found;
}

/**
 * Moves a branch only if it is where we believe; undefined: there is none. The
 * server compares when it moves, so of two only one succeeds. Whatever else it
 * says, nothing has moved.
 */
export async function pushBranch(
  transport: GitTransport,
  branch: string,
  from: string | undefined,
  to: string | undefined,
  objects: GitObject[] = [],
): Promise<PushOutcome> {
  const ref = branchRef(branch);
  const [before, after] = [from, to].map(id => (id ? checkObjectId(id) : NONE));
  const update = `${before} ${after} ${ref}`;
  const abilities = 'report-status side-band-64k object-format=sha1';
  const answer = await transport(
    'git-receive-pack',
    Buffer.concat([
      Buffer.from(`${pktLine(`${update}\0${abilities}`)}${flushLine}`),
      ...(to ? [writePack(objects)] : []),
    ]),
  );
  const { data, said, error } = readBands(readLines(answer));
  if (error) return { moved: false, why: sentence(said, error) };
  const report = readLines(data).flatMap(line => (line ? lineText(line) : []));
  if (report.includes(`ok ${ref}`)) return { moved: true };
  const reason = report.find(line => /^ng /.test(line)) ?? report[0] ?? '';
  const short = reason.replace(/^ng \S+ |^unpack /, '');
  return { moved: false, why: sentence(said, short) };
}

function command(name: string, args: string[]): Buffer {
  return Buffer.from(
    [
      pktLine(`command=${name}\n`),
      pktLine('agent=gitops-events\n'),
      pktLine('object-format=sha1\n'),
      delimiterLine,
      ...args.map(one => pktLine(`${one}\n`)),
      flushLine,
    ].join(''),
  );
}

/** An answer in three bands: data, what is meant for people, and a fatal error. */
function readBands(lines: Line[]) {
  const bands: Buffer[][] = [[], [], [], []];
  for (const line of lines) {
    if (line && line[0] < 4) bands[line[0]].push(line.subarray(1));
  }
  const [, data, said, error] = bands.map(parts => Buffer.concat(parts));
  return { data, said: said.toString('utf8'), error: error.toString('utf8') };
}

/** What a hook of the server said for people, else Git's own word. */
function sentence(said: string, reason: string): string {
  const lines = said
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => /\w/.test(line));
  return lines.length > 0 ? lines.join(' ') : reason.trim();
}
