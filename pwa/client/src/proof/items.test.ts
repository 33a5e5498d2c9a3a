import { expect, it } from "vitest";
import vectors from "../../../../tests/vectors/proof_items.json";
import { canonical, itemsHash, proofItems, type CollectedItem, type DeliveredItem } from "./items";

interface Vector {
  readonly name: string;
  readonly delivered: readonly DeliveredItem[];
  readonly collected: readonly CollectedItem[];
  readonly items: readonly Readonly<Record<string, string | number>>[];
  readonly canonical: string;
  readonly sha256: string;
}

it.each(vectors as unknown as readonly Vector[])("binds as the server does: $name", async (vector) => {
  const items = await proofItems(vector.delivered, vector.collected);
  expect(items).toEqual(vector.items);
  expect(canonical(items)).toBe(vector.canonical);
  expect(await itemsHash(items)).toBe(vector.sha256);
});

it("has enough to be held to", () => {
  expect(vectors.length).toBeGreaterThan(10);
});

it("tells another quantity, another order and another hygiene apart", async () => {
  const one: DeliveredItem = { task_id: "a", device_number: "104901", quantity: 1 };
  const two: DeliveredItem = { task_id: "b", quantity: 3 };
  const hash = async (...given: Parameters<typeof proofItems>): Promise<string> => itemsHash(await proofItems(...given));
  const hashes = await Promise.all([
    hash([one, two], []),
    hash([two, one], []),
    hash([one, { ...two, quantity: 4 }], []),
    hash([one], [{ task_id: "b", quantity: 3, hygiene: "clean" }]),
    hash([one], [{ task_id: "b", quantity: 3, hygiene: "dirty" }]),
  ]);
  expect(new Set(hashes).size).toBe(5);
});
