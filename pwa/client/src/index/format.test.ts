import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { applyDelta, DeviceIndex, IndexFormatError } from "./format";

interface Vectors {
  readonly old: string;
  readonly new: string;
  readonly delta: string;
  readonly new_sha256: string;
  readonly old_sha256: string;
  readonly articles: readonly [string, string, string, boolean, number | null][];
  readonly locations: readonly string[];
  readonly facts: Readonly<Record<string, [number, string, string | null, string | null, number | null, string[], [number, number][]]>>;
}

const vectors = JSON.parse(readFileSync(new URL("../../../../tests/vectors/device_index.json", import.meta.url), "utf-8")) as Vectors;
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

describe("the device index", () => {
  it("says of each device what the server's says", () => {
    const index = DeviceIndex.read(bytes(vectors.new));
    expect(index.size).toBe(Object.keys(vectors.facts).length);
    for (const [number, [article, status, nextPm, scrappedOn, location, flags, labels]] of Object.entries(vectors.facts)) {
      const facts = index.find(number);
      const [articleNumber, name, isoClass, expired, pmMonths] = vectors.articles[article] ?? [];
      expect(facts).toEqual({
        number,
        article: { number: articleNumber, name, isoClass, expired, pmMonths },
        status,
        nextPm,
        scrappedOn,
        location: location === null ? null : vectors.locations[location],
        flags: expect.arrayContaining(flags),
        labels: labels.map(([version, check]) => ({ version, check })),
      });
      expect(facts?.flags).toHaveLength(flags.length);
    }
  });

  it("knows no other device, and no number that is none", () => {
    const index = DeviceIndex.read(bytes(vectors.new));
    for (const number of ["179712", "00123", "123", "123456789", "", "K-104901", "17971a"]) expect(index.find(number)).toBeNull();
  });

  it("makes the newer snapshot of the older one, byte for byte", () => {
    const { content, from, to } = applyDelta(bytes(vectors.old), bytes(vectors.delta));
    expect([from, to]).toEqual([vectors.old_sha256, vectors.new_sha256]);
    expect(sha256(content)).toBe(vectors.new_sha256);
  });

  it("refuses what is cut off or something else", () => {
    const content = bytes(vectors.new);
    for (let length = 0; length < content.length; length += 1) {
      expect(() => DeviceIndex.read(content.subarray(0, length))).toThrow(IndexFormatError);
    }
    expect(() => DeviceIndex.read(bytes(vectors.delta))).toThrow(IndexFormatError);
    expect(() => applyDelta(bytes(vectors.new), bytes(vectors.new))).toThrow(IndexFormatError);
  });
});
