import { expect, it } from "vitest";
import { lookAt } from "./decoder";

it("lets the looks take turns: every second frame is sharpened, every fifth is searched for bars", () => {
  const calm = { barsWait: false, secondWanted: false };
  const looks = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((frame) => lookAt(frame, calm));
  expect(looks.map(({ sharp }) => sharp)).toEqual([false, true, false, true, false, true, false, true, false, false]);
  expect(looks.map(({ thorough }) => thorough)).toEqual([false, false, false, false, true, false, false, false, false, true]);
  expect(looks.some(({ second }) => second)).toBe(false);
});

it("looks for the bars that wait in every frame, and asks the second reader in every third when it is wanted", () => {
  expect(lookAt(2, { barsWait: true, secondWanted: false })).toEqual({ thorough: true, second: false, sharp: false });
  expect([1, 2, 3, 6].map((frame) => lookAt(frame, { barsWait: false, secondWanted: true }).second)).toEqual([false, false, true, true]);
  expect(lookAt(6, { barsWait: false, secondWanted: true }).sharp).toBe(false);
});
