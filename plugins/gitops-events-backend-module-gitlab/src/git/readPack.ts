import { inflateSync } from 'node:zlib';
import {
  gitObject,
  type GitObject,
} from '@gitops-events/plugin-gitops-events-node/git';
import { applyDelta } from './applyDelta';

const typeOf = { 1: 'commit', 2: 'tree', 3: 'blob' } as const;
const offsetDelta = 6;
const idDelta = 7;

/** Larger objects are refused: a repository of manifests has none, and memory is bounded. */
const largestObject = 64 * 1024 * 1024;

/**
 * The objects of a pack, by id. Each id is computed from the bytes received, so
 * an object under its id is that object, whoever sent it.
 *
 * Source: gitformat-pack in Git's documentation.
 */
export function readPack(pack: Buffer): Map<string, GitObject> {
  if (pack.toString('latin1', 0, 4) !== 'PACK' || pack.readUInt32BE(4) !== 2) {
    throw new Error('The Git server sent something else than a pack');
  }
  const byOffset = new Map<number, GitObject>();
  const byId = new Map<string, GitObject>();
  let at = 12;
  for (let left = pack.readUInt32BE(8); left > 0; left--) {
    const start = at;
    const head = readHead(pack, start);
    const { content, end } = inflated(pack, head.end, head.size);
    const base = head.base && byOffset.get(head.base);
    const from = base || (head.baseId && byId.get(head.baseId));
    const object =
      head.type !== undefined
        ? gitObject(head.type, content)
        : from && gitObject(from.type, applyDelta(from.content, content));
    if (!object) {
      throw new Error('The Git server sent a difference to what it did not');
    }
    byOffset.set(start, object);
    byId.set(object.id, object);
    at = end;
  }
  return byId;
}

interface EntryHead {
  /** Of a whole object; undefined for a difference. */
  type?: GitObject['type'];
  size: number;
  /** Where the object begins that this one differs from. */
  base?: number;
  baseId?: string;
  end: number;
}

function readHead(pack: Buffer, start: number): EntryHead {
  let at = start;
  let byte = pack[at++];
  const kind = (byte >> 4) & 7;
  let size = byte & 15;
  for (let factor = 16; byte & 128; factor *= 128) {
    byte = pack[at++];
    size += (byte & 127) * factor;
  }
  if (kind === idDelta) {
    const baseId = pack.toString('hex', at, at + 20);
    return { size, baseId, end: at + 20 };
  }
  if (kind === offsetDelta) {
    byte = pack[at++];
    let back = byte & 127;
    while (byte & 128) {
      byte = pack[at++];
      back = (back + 1) * 128 + (byte & 127);
    }
    return { size, base: start - back, end: at };
  }
  const type = typeOf[kind as keyof typeof typeOf];
  if (!type) throw new Error(`The Git server sent an object of type ${kind}`);
  return { type, size, end: at };
}

function inflated(
  pack: Buffer,
  start: number,
  size: number,
): { content: Buffer; end: number } {
  if (size > largestObject) {
    throw new Error(`A Git object of ${size} bytes is larger than 64 MiB`);
  }
  const { buffer, engine } = inflateSync(pack.subarray(start), {
    info: true,
    maxOutputLength: Math.max(size, 1),
  }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
  if (buffer.length !== size) {
    throw new Error('The Git server sent a damaged pack');
  }
  return { content: buffer, end: start + engine.bytesWritten };
}
