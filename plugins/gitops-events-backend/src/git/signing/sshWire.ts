/** Strings as SSH writes them, each behind its length (RFC 4251, section 5). */
export function writeStrings(...parts: Array<string | Uint8Array>): Buffer {
  return Buffer.concat(
    parts.flatMap(part => {
      const bytes = typeof part === 'string' ? Buffer.from(part) : part;
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.byteLength);
      return [length, bytes];
    }),
  );
}

/** A positive whole number: no zeros in front, but one where it would read as negative. */
export function positiveInteger(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex(byte => byte !== 0);
  const digits = Buffer.from(first < 0 ? [] : bytes.subarray(first));
  return digits[0] >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits;
}

/** Reads what `writeStrings` writes; throws a RangeError where it ends too early. */
export class SshReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  number(): number {
    const value = this.bytes.readUInt32BE(this.at);
    this.at += 4;
    return value;
  }

  string(): Buffer {
    const length = this.number();
    if (this.at + length > this.bytes.length) {
      throw new RangeError('A string is cut off');
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    return this.string().toString('latin1');
  }
}
