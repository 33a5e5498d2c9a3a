import { describe, expect, it } from "vitest";
import { isWorkerMessage } from "./messages";
import { ownPath, readPush } from "./notification";

const ORIGIN = "https://turbil.example";

describe("reading a push message", () => {
  it("takes title, body, tag and path", () => {
    const text = JSON.stringify({ title: "Ny order", body: "Öppna Turbil", tag: "order-1", url: "/order/1?a=b#c" });
    expect(readPush(text, ORIGIN)).toEqual({ title: "Ny order", body: "Öppna Turbil", tag: "order-1", url: "/order/1?a=b#c" });
  });

  it.each([null, "", "not json", "null", "17", '{"title": 7, "body": " "}'])("shows the generic sentence for %j", (text) => {
    expect(readPush(text, ORIGIN)).toEqual({ title: "Turbil", body: "Du har något nytt i Turbil.", tag: "turbil", url: "/" });
  });

  it.each(["https://evil.example/x", "//evil.example/x", "javascript:alert(1)", 17, undefined, "https://"])(
    "never leads to %j",
    (url) => expect(ownPath(url, ORIGIN)).toBe("/"),
  );
});

describe("messages of the worker", () => {
  it("are told from anything else", () => {
    expect(isWorkerMessage({ type: "push" })).toBe(true);
    expect(isWorkerMessage({ type: "open", url: "/idag" })).toBe(true);
    for (const other of [null, "push", {}, { type: "open" }, { type: "open", url: 1 }, { type: "SKIP_WAITING" }]) {
      expect(isWorkerMessage(other)).toBe(false);
    }
  });
});
