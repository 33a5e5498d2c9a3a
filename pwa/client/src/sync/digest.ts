/**
 * The digest by which phone and server find out that they no longer hold the same rows. The twin of
 * offline_sync/digest.py: FNV-1a 64 of the UTF-8 text `kind:id:rv` per row, joined by exclusive or.
 */

/** `n` rows; `high` and `low` are the two unsigned halves of the joined hash. */
export interface Digest {
  readonly n: number;
  readonly high: number;
  readonly low: number;
}

export const emptyDigest: Digest = { n: 0, high: 0, low: 0 };

const encoder = new TextEncoder();

/** FNV-1a 64 in two halves: JavaScript multiplies 32 bits exactly, BigInt would be ten times slower. */
export function rowHash(kind: string, id: string, rv: number): { high: number; low: number } {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of encoder.encode(`${kind}:${id}:${String(rv)}`)) {
    low = (low ^ byte) >>> 0;
    // The prime is 2^40 + 0x1b3: times 0x1b3, and the low half shifted 8 bits into the high one.
    const bottom = (low & 0xffff) * 0x1b3;
    const middle = (low >>> 16) * 0x1b3 + (bottom >>> 16);
    high = (Math.imul(high, 0x1b3) + (middle >>> 16) + (low << 8)) >>> 0;
    low = (((middle & 0xffff) << 16) | (bottom & 0xffff)) >>> 0;
  }
  return { high, low };
}

/** The digest after a row went from one version to another; null is "no such row". */
export function replaceRow(digest: Digest, kind: string, id: string, oldRv: number | null, newRv: number | null): Digest {
  let { n, high, low } = digest;
  for (const [rv, step] of [
    [oldRv, -1],
    [newRv, 1],
  ] as const) {
    if (rv === null) continue;
    const hash = rowHash(kind, id, rv);
    n += step;
    high = (high ^ hash.high) >>> 0;
    low = (low ^ hash.low) >>> 0;
  }
  return { n, high, low };
}

/** As on the wire: 16 lower-case hexadecimal digits. */
export function wireDigest(digest: Digest): { n: number; xor: string } {
  const half = (value: number): string => value.toString(16).padStart(8, "0");
  return { n: digest.n, xor: half(digest.high) + half(digest.low) };
}
