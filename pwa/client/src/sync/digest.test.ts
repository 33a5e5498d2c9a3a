import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { emptyDigest, replaceRow, rowHash, wireDigest } from "./digest";

/** The same hash with whole numbers of any size. */
function slowHash(kind: string, id: string, rv: number): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(`${kind}:${id}:${String(rv)}`)) {
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash;
}

test("the split hash is FNV-1a 64", () => {
  for (let rv = 0; rv < 500; rv += 1) {
    const id = `0198c0de-0000-7000-8000-${String(rv * 7919).padStart(12, "0")}`;
    const { high, low } = rowHash("work_order", id, rv * 104729);
    expect((BigInt(high) << 32n) | BigInt(low)).toBe(slowHash("work_order", id, rv * 104729));
  }
});

test("a replaced row is two operations, undone by the reverse", () => {
  const one = replaceRow(emptyDigest, "device", "a", null, 7);
  const two = replaceRow(one, "device", "a", 7, 8);
  expect(two.n).toBe(1);
  expect(two).not.toEqual(one);
  expect(replaceRow(two, "device", "a", 8, null)).toEqual(emptyDigest);
  expect(wireDigest(emptyDigest)).toEqual({ n: 0, xor: "0000000000000000" });
});

test("phone and server count alike", () => {
  interface Vector {
    readonly kind: string;
    readonly id: string;
    readonly rv: string;
    readonly hash: string;
    readonly n: number;
    readonly xor: string;
  }
  const path = fileURLToPath(new URL("../../../../tests/vectors/sync_digest.json", import.meta.url));
  const { rows, empty } = JSON.parse(readFileSync(path, "utf8")) as { rows: readonly Vector[]; empty: { n: number; xor: string } };
  expect(wireDigest(emptyDigest)).toEqual(empty);
  // A row version beyond 2^53 does not survive JSON in a browser; the server's sequence does not get there.
  const exact = rows.filter((row) => String(Number(row.rv)) === row.rv);
  expect(exact.length).toBeGreaterThan(2);
  for (const { kind, id, rv, hash } of exact) {
    expect(wireDigest(replaceRow(emptyDigest, kind, id, null, Number(rv)))).toEqual({ n: 1, xor: hash });
  }
});
