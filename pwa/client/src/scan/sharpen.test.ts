import { expect, it } from "vitest";
import { middleOf, sharpen } from "./sharpen";

/** Pixels of a picture whose rows are all alike. */
function picture(row: readonly number[], height: number): ImageData {
  const data = new Uint8ClampedArray(row.length * height * 4);
  for (let at = 0; at < row.length * height; at += 1) data.set([row[at % row.length] ?? 0, row[at % row.length] ?? 0, row[at % row.length] ?? 0, 255], at * 4);
  return { data, width: row.length, height, colorSpace: "srgb" } as ImageData;
}

const rowOf = (pixels: ImageData, y: number): number[] => Array.from({ length: pixels.width }, (_, x) => pixels.data[(y * pixels.width + x) * 4] ?? -1);

it("takes the middle square of a frame", () => {
  expect(middleOf(1280, 720)).toEqual({ left: 280, top: 0, side: 720 });
  expect(middleOf(720, 1280)).toEqual({ left: 0, top: 280, side: 720 });
});

it("leaves an even surface as it is", () => {
  const even = sharpen(picture(Array.from({ length: 12 }, () => 90), 9));
  expect(new Set(rowOf(even, 0)).size).toBe(1);
  expect(Math.abs((rowOf(even, 4)[5] ?? 0) - 90)).toBeLessThanOrEqual(1);
  expect(even.data[3]).toBe(255);
});

it("makes a soft edge a hard one, and the same in every row", () => {
  const soft = [60, 60, 60, 60, 60, 60, 75, 100, 125, 140, 140, 140, 140, 140, 140];
  const hard = sharpen(picture(soft, 9));
  const row = rowOf(hard, 4);
  const steep = Math.max(...row.slice(1).map((value, index) => value - (row[index] ?? 0)));
  expect(steep).toBeGreaterThan(40);
  expect(row[5]).toBeLessThan(60);
  expect(row[9]).toBeGreaterThan(140);
  for (let y = 0; y < 9; y += 1) expect(rowOf(hard, y)).toEqual(row);
});
