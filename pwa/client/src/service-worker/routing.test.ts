import { describe, expect, it } from "vitest";
import { answerFor } from "./routing";

const ORIGIN = "https://turbil.example";
const FILES = new Set(["/index.html", "/recovery.js", "/assets/main-abc.js"]);

const answer = (path: string, mode = "navigate", method = "GET", origin = ORIGIN): string =>
  answerFor({ url: origin + path, method, mode }, ORIGIN, FILES);

describe("who answers a request", () => {
  it.each(["/", "/index.html", "/idag", "/order/15510441?flik=tid", "/fel", "/apiary", "/schemat", "/s/x", "/Fel", "/S"])(
    "opens %s from the phone",
    (path) => expect(answer(path)).toBe("shell"),
  );

  it.each(["/F/104901-1-ABC", "/f/x", "/F", "/F/", "/S/0123456789ABCDEFGHJKMNPQRS"])("opens %s with the public's page", (path) => {
    expect(answer(path)).toBe("report");
    expect(answer(path, "cors")).toBe("network");
  });

  it.each(["/api/v1/sync/pull", "/api", "/schema", "/schema/openapi.json", "/healthz"])(
    "leaves %s to the server, opened or fetched",
    (path) => {
      expect(answer(path)).toBe("network");
      expect(answer(path, "cors")).toBe("network");
    },
  );

  it("answers the build's own files, also older hashed ones", () => {
    expect(answer("/assets/main-abc.js", "cors")).toBe("file");
    expect(answer("/assets/old-123.js", "cors")).toBe("file");
    expect(answer("/recovery.js", "no-cors")).toBe("file");
    expect(answer("/unknown.txt", "no-cors")).toBe("network");
  });

  it("leaves writes, other hosts and files opened in a tab alone", () => {
    expect(answer("/idag", "navigate", "POST")).toBe("network");
    expect(answer("/assets/main-abc.js", "cors", "HEAD")).toBe("network");
    expect(answer("/idag", "navigate", "GET", "https://other.example")).toBe("network");
    expect(answer("/manual.pdf")).toBe("network");
  });
});
