import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { GitObject } from '@gitops-events/plugin-gitops-events-node/git';

const numberOf = { commit: 1, tree: 2, blob: 3 };

/** A pack of whole objects. Source: gitformat-pack in Git's documentation. */
export function writePack(objects: GitObject[]): Buffer {
  const distinct = [...new Map(objects.map(it => [it.id, it])).values()];
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(distinct.length, 8);
  const body = Buffer.concat([
    head,
    ...distinct.flatMap(({ type, content }) => [
      entryHead(numberOf[type], content.byteLength),
      deflateSync(content),
    ]),
  ]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

/** The type and four bits of the size, then seven bits a byte. */
function entryHead(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = rest >>> 7) {
    bytes[bytes.length - 1] |= 128;
    bytes.push(rest & 127);
  }
  return Buffer.from(bytes);
}
