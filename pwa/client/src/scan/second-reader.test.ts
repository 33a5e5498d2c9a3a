import { describe, expect, it, vi } from "vitest";
import { prepare } from "./second-reader";

/** The library as it is: to set its arguments starts a fetch, and the promise of it waits for whoever asks next. */
const library = vi.hoisted(() => ({ online: false, started: 0, instance: null as Promise<string> | null }));

vi.mock("@undecaf/zbar-wasm", () => ({
  setModuleArgs: () => {
    library.started += 1;
    library.instance = library.online ? Promise.resolve("reader") : Promise.reject(new TypeError("Failed to fetch"));
  },
  getInstance: () => library.instance,
  scanImageData: () => [],
  ZBarSymbolType: { ZBAR_QRCODE: 64 },
}));
vi.mock("@undecaf/zbar-wasm/dist/zbar.wasm?url", () => ({ default: "/zbar.wasm" }));

describe("the second reader", () => {
  it("fails without a network once for each time it is asked, and reads when there is one", async () => {
    const lost: unknown[] = [];
    const lose = (reason: unknown): void => void lost.push(reason);
    process.on("unhandledRejection", lose);

    await expect(prepare()).rejects.toThrow("Failed to fetch");
    await expect(prepare()).rejects.toThrow("Failed to fetch");
    // Rejections that nobody waits for are told after the microtasks.
    await new Promise((resolve) => setImmediate(resolve));
    expect(lost).toEqual([]);
    expect(library.started).toBe(2);

    library.online = true;
    await expect(prepare()).resolves.toBeUndefined();
    await expect(prepare()).resolves.toBeUndefined();
    expect(library.started).toBe(3);
    process.off("unhandledRejection", lose);
  });
});
