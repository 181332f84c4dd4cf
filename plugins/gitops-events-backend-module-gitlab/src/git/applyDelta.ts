/** What a difference of a pack makes of the object that it is one to. Source: gitformat-pack in Git's documentation. */
export function applyDelta(base: Uint8Array, delta: Buffer): Buffer {
  const damaged = () => new Error('The Git server sent a damaged difference');
  let at = 0;
  const number = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = delta[at++];
      value += (byte & 127) * factor;
      if (!(byte & 128)) return value;
    }
  };
  if (number() !== base.length) throw damaged();
  const result = Buffer.alloc(number());
  let written = 0;
  while (at < delta.length) {
    const order = delta[at++];
    if (order === 0) throw damaged();
    let part: Uint8Array;
    if (order & 128) {
      let [offset, size] = [0, 0];
      for (let bit = 0; bit < 4; bit++) {
        if (order & (1 << bit)) offset += delta[at++] * 256 ** bit;
      }
      for (let bit = 0; bit < 3; bit++) {
        if (order & (16 << bit)) size += delta[at++] * 256 ** bit;
      }
      part = base.subarray(offset, offset + (size || 0x10000));
    } else {
      part = delta.subarray(at, at + order);
      at += order;
    }
    if (written + part.length > result.length) throw damaged();
    result.set(part, written);
    written += part.length;
  }
  if (written !== result.length) throw damaged();
  return result;
}
