import { expect, it } from "vitest";
import { leftInVan, linesToLoad, takenAlong } from "./stop-lists";
import { testStop, testTask } from "./stops.fixture";

const ids = (lines: readonly { readonly task: { readonly id: string } }[]): string[] => lines.map(({ task }) => task.id);

it("loads what is to be delivered at stops that are still ahead", () => {
  const ahead = testStop({ tasks: [testTask({ id: "a" }), testTask({ id: "b", state: "loaded" }), testTask({ id: "c", state: "cancelled" }), testTask({ id: "d", kind: "collect" })] });
  const over = testStop({ state: "failed", tasks: [testTask({ id: "e" })] });
  expect(ids(linesToLoad([ahead, over]))).toEqual(["a", "b"]);
});

it("lists what is still in the van: not delivered, and what was collected", () => {
  const stops = [
    testStop({ state: "partial", tasks: [testTask({ id: "done", state: "done" }), testTask({ id: "refused", state: "failed", failed_code: "refused" }), testTask({ id: "never", state: "failed", failed_code: "not_found" })] }),
    testStop({ state: "failed", tasks: [testTask({ id: "nobody", state: "loaded" }), testTask({ id: "left", kind: "collect" })] }),
    testStop({ state: "done", tasks: [testTask({ id: "taken", kind: "collect", state: "done" })] }),
  ];
  expect(ids(leftInVan(stops))).toEqual(["refused", "nobody"]);
  expect(ids(takenAlong(stops))).toEqual(["taken"]);
});
