/**
 * Cuts what is sent into waves: what has the same key lies in different ones,
 * in its order. A wave begins once the one before is stored whole, so where one
 * message of many fails, none of its key gets ahead of it.
 *
 * @param all - without a key there is no order
 * @param waveBytes - of one wave at most, but for a message that is larger alone
 */
export function wavesOf<T extends { key: string | undefined; bytes: number }>(
  all: T[],
  waveBytes: number,
): T[][] {
  const rounds: T[][] = [];
  const seen = new Map<string, number>();
  for (const one of all) {
    const round = one.key === undefined ? 0 : (seen.get(one.key) ?? 0);
    if (one.key !== undefined) seen.set(one.key, round + 1);
    (rounds[round] ??= []).push(one);
  }
  return rounds.flatMap(round => {
    const waves: T[][] = [];
    let bytes = Infinity;
    for (const one of round) {
      if (bytes + one.bytes > waveBytes) {
        waves.push([]);
        bytes = 0;
      }
      waves[waves.length - 1].push(one);
      bytes += one.bytes;
    }
    return waves;
  });
}
