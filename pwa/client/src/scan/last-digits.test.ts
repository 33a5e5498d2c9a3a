import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { DeviceIndex } from "../index/format";
import { endingWith } from "./last-digits";

const vectors = JSON.parse(readFileSync(new URL("../../../../tests/vectors/device_index.json", import.meta.url), "utf-8")) as { new: string };
const index = DeviceIndex.read(Uint8Array.from(vectors.new.match(/../g) ?? [], (pair) => parseInt(pair, 16)));

/** Every number of the snapshot, found the slow way. */
function all(): string[] {
  const numbers: string[] = [];
  for (let length = 4; length <= 6; length += 1) for (let n = 0; n < 10 ** length; n += 1) { const number = String(n).padStart(length, "0"); if (index.find(number)) numbers.push(number); }
  return numbers;
}

it("finds in the region what a search of every number finds", () => {
  const numbers = all();
  expect(numbers.length).toBeGreaterThan(3);
  for (const number of numbers) {
    for (let length = 2; length <= number.length; length += 1) {
      const digits = number.slice(-length);
      expect(index.endingWith(digits, 1000).filter((found) => found.length <= 6)).toEqual(numbers.filter((other) => other.endsWith(digits)).sort((one, other) => Number(`1${one}`) - Number(`1${other}`)));
    }
  }
});

it("puts the phone's own devices first, each once, and no more than asked for", () => {
  const region = { endingWith: (_: string, most: number) => ["100901", "104901", "200901"].slice(0, most) };
  expect(endingWith("901", ["104901", "75082"], region, 3)).toEqual(["104901", "100901", "200901"]);
  expect(endingWith("901", ["104901"], region, 2)).toEqual(["104901", "100901"]);
  expect(endingWith("901", ["104901"], null, 5)).toEqual(["104901"]);
});

it.each(["", "9", "90a", "K-104901", "123456789"])("does not search for %j", (text) => expect(endingWith(text, ["104901"], index, 5)).toEqual([]));
