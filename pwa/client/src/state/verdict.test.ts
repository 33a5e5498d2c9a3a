import { readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { provideSync, type Sync } from "./sync";
import { protocolVerdict } from "./verdict";

interface Vectors {
  readonly base: Readonly<Record<string, unknown>>;
  readonly cases: readonly { readonly answers: Readonly<Record<string, unknown>>; readonly expect: { readonly verdict: string } }[];
}

const root = new URL("../../../../", import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), "utf8"));

it("judges an unsent protocol with the phone's own engine, once its template is here", async () => {
  const { base, cases } = read("tests/vectors/protocols/patient_lift.json") as Vectors;
  const sha256 = "a".repeat(64);
  const rows = (kind: string): Promise<unknown[]> => Promise.resolve(kind === "bundle" ? [{ name: "protocol_templates", sha256: "b" }] : []);
  const content = { templates: [{ sha256, template: read("field/protocols/templates/patient_lift.json") }] };
  provideSync({ rows, reference: () => Promise.resolve(content), onChange: () => () => undefined } as unknown as Sync);
  const protocol = (index: number): Record<string, unknown> => ({ id: `p${String(index)}`, template_sha256: sha256, answers: { ...base, ...cases[index]?.answers } });
  expect(protocolVerdict(protocol(0))).toBeNull();
  await vi.waitFor(() => expect(protocolVerdict(protocol(0))).toBe("approved"));
  const verdicts = cases.map((_, index) => protocolVerdict(protocol(index)));
  expect(verdicts).toEqual(cases.map((one) => one.expect.verdict));
  expect(new Set(verdicts).size).toBe(3);
  expect(protocolVerdict({ id: "x", template_sha256: "c".repeat(64), answers: {} })).toBeNull();
});
